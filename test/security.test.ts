import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { renderScreen } from '../src/adapters/slack/blocks/screen.ts';
import { accessFor } from '../src/app/access.ts';
import { triage } from '../src/app/triage.ts';
import { catalogue } from '../src/catalogue.ts';
import { aContext, aJob, houseOf } from './app/house-of.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const document = read('docs/security.md');

/** Tests are named in the document as `test/some/file.ts`: “the title of the test”, “another one of the same file”. */
const named = [...document.matchAll(/`(test\/[\w./-]+\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
  ([, file = '', titles = '']) => [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
);

/** Whether a source has that whole title, quoted in whichever way; or, for the compiler, that reason of an error. */
function hasTitle(source: string, title: string): boolean {
  const plain = (text: string): string => text.replaceAll('\\', '').replaceAll('’', "'");
  const marks = ["'", '"', '`'].map((mark) => `${mark}${plain(title)}${mark}`);
  return [...marks, `@ts-expect-error ${plain(title)}\n`].some((written) => plain(source).includes(written));
}

describe('docs/security.md', () => {
  test('names only tests that exist, by their titles', () => {
    const missing = named.filter(({ file, title }) => !existsSync(join(root, file)) || !hasTitle(read(file), title));
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(60);
  });

  test('names a test for every attack, and says what remains of it', () => {
    const attacks = document.split(/^### /m).slice(1);
    expect(attacks.length).toBeGreaterThan(15);
    for (const attack of attacks) {
      const [title = ''] = attack.split('\n');
      for (const part of ['**Gains.**', '**Stops it.**', '**Remains.**', '**Proof.**', '`test/'])
        expect({ title, part, is: attack.includes(part) }).toEqual({ title, part, is: true });
    }
  });

  test('mentions no test without its title', () => {
    const files = [...document.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file]) => file);
    expect(files.filter((file) => !named.some((one) => one.file === file))).toEqual([]);
  });

  test('lists every package that the product runs with, and no other', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const section = document.split('## Packages')[1] ?? '';
    const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(dependencies));
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const sources = ['src', 'commands', 'playbooks'].flatMap((folder) =>
      globSync('**/*.ts', { cwd: join(root, folder) }).map((file) => read(join(folder, file))),
    );
    const isImported = (name: string) => sources.some((source) => source.includes(`'${name}'`));
    expect(listed.filter((name) => name === undefined || !isImported(name))).toEqual([]);
  });
});

describe('the printed rules', () => {
  test.each(['observe', 'remediate'] as const)(
    'to %s ask for no Secret, no shell, no node and nothing by a wildcard',
    (mode) => {
      const rules = accessFor(catalogue, { playbooks: [], mode });
      expect(rules.length).toBeGreaterThan(10);
      const resources = rules.flatMap((rule) => rule.resources);
      const forbidden =
        /^(?:secrets|pods\/(?:exec|attach|portforward|ephemeralcontainers)|nodes\/proxy|serviceaccounts\/token)$/;
      expect(resources.filter((resource) => forbidden.test(resource))).toEqual([]);
      expect(
        resources.filter((resource) => /role|tokenreviews|impersonat|csr|certificatesigningrequests\//.test(resource)),
      ).toEqual([]);
      const words = rules.flatMap((rule) => [
        ...rule.verbs,
        ...rule.resources,
        ...rule.apiGroups,
        ...(rule.nonResourceURLs ?? []),
      ]);
      expect(words.filter((word) => word.includes('*'))).toEqual([]);
    },
  );

  test('to observe hold no verb that writes', () => {
    const verbs = new Set(accessFor(catalogue, { playbooks: [], mode: 'observe' }).flatMap((rule) => rule.verbs));
    expect([...verbs].sort()).toEqual(['get', 'list']);
  });
});

test('a button of a card holds the id of its fix and nothing of what the fix does', async () => {
  const house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  await triage(aJob, house, aContext());
  const { blocks } = renderScreen(house.card());
  const values = blocks
    .flatMap((block) => ('elements' in block ? (block.elements as readonly object[]) : []))
    .flatMap((element) => ('value' in element ? [element.value] : []));
  expect(values.length).toBeGreaterThan(1);
  expect(new Set(values)).toEqual(new Set([house.card().proposal.id]));
});
