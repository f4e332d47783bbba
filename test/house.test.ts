import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parseClusters } from '../commands/clusters.ts';
import { commands } from '../commands/index.ts';
import { parseFreeze } from '../commands/parse-freeze.ts';
import { parseTriage } from '../commands/parse-triage.ts';
import { outdated } from '../scripts/generate.ts';
import { checkIds, playbookIds } from '../scripts/indexes.ts';
import { catalogue } from '../src/catalogue.ts';
import { Registration } from '../src/core/registration.ts';
import { checkOf, loadWorld, worldNames } from './checks/worlds.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

function files(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && statSync(join(root, folder, name)).isFile())
    .map((name) => join(folder, name));
}

const sources = ['src', 'commands', 'playbooks'].flatMap((folder) => files(folder, '.ts'));
const worlds = worldNames.map((name) => ({ check: checkOf(name), ...loadWorld(name) }));
const worldsOf = (check: string) => worlds.filter((world) => world.check === check);
const codes = catalogue.checks.flatMap((check) => Object.keys(check.findings));

describe('the files', () => {
  test('have fewer than 300 lines each', () => {
    const long = sources.filter((file) => read(file).split('\n').length > 300);
    expect(long).toEqual([]);
  });

  test('define classes only for errors', () => {
    const classes = sources.flatMap((file) =>
      [...read(file).matchAll(/^\s*(?:export )?(?:abstract )?class \w+.*$/gm)].map((match) => `${file}: ${match[0]}`),
    );
    expect(classes.filter((line) => !/ extends (?:\w*Error|WrongUsage|CannotRead|CannotChange)\b/.test(line))).toEqual(
      [],
    );
  });

  test('read the environment in one place only', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(read(file)));
    expect(
      readers.filter((file) => !['src/config.ts', 'src/demo-bot.ts'].includes(file) && !file.startsWith('src/local/')),
    ).toEqual([]);
  });

  test('make an approval in app/approve.ts alone', () => {
    const makers = sources.filter((file) => /\bas (?:unknown as )?Approved\b/.test(read(file)));
    expect(makers).toEqual(['src/app/approve.ts']);
  });

  test('that are generated are up to date: run npm run generate when this fails', async () => {
    expect(await outdated()).toEqual([]);
  });
});

describe('every check', () => {
  test('is listed under the id of its file', () => {
    expect(catalogue.checks.map(({ id }) => id).sort()).toEqual(checkIds(root));
  });

  test('belongs to a playbook', () => {
    const used = new Set(catalogue.playbooks.flatMap((playbook) => playbook.checks.map(({ id }) => id)));
    expect(catalogue.checks.filter(({ id }) => !used.has(id)).map(({ id }) => id)).toEqual([]);
  });

  test('asks a whole question', () => {
    expect(catalogue.checks.filter(({ asks }) => !/^[A-Z].*\?$/.test(asks)).map(({ asks }) => asks)).toEqual([]);
  });

  test('has defaults for its thresholds, and refuses one that it does not know', () => {
    const wrong = catalogue.checks.filter(
      ({ settings }) => !settings.safeParse({}).success || settings.safeParse({ noSuchThreshold: 1 }).success,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('reads at most what may be read: no Secret, no exec', () => {
    const kinds = catalogue.checks.flatMap(({ reads }) =>
      reads.flatMap((one) => ('kind' in one ? [one.kind.plural] : [])),
    );
    expect(kinds.filter((plural) => ['secrets', 'pods/exec', 'nodes/proxy'].includes(plural))).toEqual([]);
  });

  test('has worlds in which it is found and in which it is clear', () => {
    for (const id of checkIds(root)) {
      const worlds = worldsOf(id);
      const own = Object.keys(catalogue.checks.find((check) => check.id === id)?.findings ?? {});
      for (const code of own) {
        expect({ code, worlds: worlds.filter(({ expect: hopes }) => hopes?.found?.includes(code)).length }).not.toEqual(
          { code, worlds: 0 },
        );
      }
      expect({ id, clear: worlds.some(({ expect: hopes }) => hopes?.found?.length === 0) }).toEqual({
        id,
        clear: true,
      });
    }
  });
});

describe('every finding code', () => {
  test('is told by one check only', () => {
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  test.each(codes)('%s has an article with the set headings, in English and Chinese', (code) => {
    const headings = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Prevention'];
    const article = read(`knowledge/${code}.md`);
    expect([...article.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(headings);
    expect(article).toContain(code);
    expect(existsSync(join(root, `knowledge/${code}.zh.md`))).toBe(true);
  });
});

describe('every remedy', () => {
  const remedies = [...new Set(catalogue.checks.flatMap((check) => check.remedies))];

  test.each(remedies.map((remedy) => [remedy.id, remedy] as const))(
    '%s says what it does in a whole sentence',
    (_id, remedy) => {
      expect(remedy.does).toMatch(/^[A-Z].*\.$/);
    },
  );

  test.each(remedies.filter(({ how }) => how === 'change').map((remedy) => [remedy.id, remedy] as const))(
    '%s declares its changes, says when not to use it, and has a world in which it resolves',
    (id, remedy) => {
      expect(remedy.changes.length).toBeGreaterThan(0);
      expect(remedy.whenNotToUse.length).toBeGreaterThan(0);
      const resolving = worlds.filter(
        ({ expect: hopes }) => hopes?.then === 'resolved' && (hopes.remedy === undefined || hopes.remedy === id),
      );
      expect(resolving.length).toBeGreaterThan(0);
    },
  );
});

describe('every playbook', () => {
  test('is listed under the id of its file', () => {
    expect(catalogue.playbooks.map(({ id }) => id).sort()).toEqual(playbookIds(root));
  });

  test('has symptoms in the words of an on-call engineer', () => {
    expect(catalogue.playbooks.filter(({ symptoms }) => symptoms.length === 0)).toEqual([]);
  });
});

describe('every command', () => {
  const known = { catalogue, registrations: [Registration.parse({ name: 'prod-sh', connect: { inCluster: true } })] };
  const parsers: Readonly<Record<string, (text: string) => unknown>> = {
    triage: (text) => parseTriage(text, known),
    clusters: (text) => parseClusters(text, known.registrations) ?? 'all of them',
    freeze: (text) => parseFreeze(text, known.registrations).does,
  };

  test.each(commands.map(({ name, examples }) => [name, examples.length] as const))(
    '/%s has examples',
    (_name, examples) => {
      expect(examples).toBeGreaterThan(0);
    },
  );

  // Every text is a question to /kb, and some commands take no words; the others have a grammar.
  const written = commands.filter(({ name }) => parsers[name] !== undefined);
  test.each(written.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
    'has an example that parses: /%s %s',
    (name, example) => {
      const parse = parsers[name];
      expect(example === 'help' ? 'understood' : parse?.(example)).toBeDefined();
    },
  );
});

describe('the documents', () => {
  test('name only files that exist', () => {
    const named = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((document) =>
      [
        ...read(document).matchAll(
          /`((?:src|commands|playbooks|test|scripts|deploy|docs|knowledge|bench)\/[\w./-]+\.\w+)`/g,
        ),
      ].map((match) => match[1] ?? ''),
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test('are reached by every relative link in them', () => {
    const broken = files('.', '.md')
      .filter((file) => !file.startsWith('node_modules') && !file.startsWith('test/fixtures'))
      .flatMap((file) =>
        [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
          .map((match) => join(file, '..', match[1] ?? ''))
          .filter((path) => !existsSync(join(root, path)))
          .map((path) => `${file}: ${path}`),
      );
    expect(broken).toEqual([]);
  });
});
