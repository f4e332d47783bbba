import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWorld } from '../src/adapters/simulated/read-world.ts';
import type { Catalogue } from '../src/app/catalogue.ts';
import { resourceOf } from '../src/core/kind.ts';
import type { Read } from '../src/core/read.ts';

const folder = fileURLToPath(new URL('../test/worlds/', import.meta.url));

/** The refusal that takes a read away: what an identity without the right to it is answered. */
export function denialOf(read: Read): { verb: 'get' | 'list'; resource: string } {
  if (read.read === 'path') return { verb: 'get', resource: read.path };
  if (read.read === 'log') return { verb: 'get', resource: 'pods/log' };
  if (read.read === 'proxy') return { verb: 'get', resource: `${read.to}/proxy` };
  return { verb: read.read, resource: resourceOf(read.kind) };
}

type Row = { worlds: number; found: number; unknown: number; clear: number; proved: number };

/** `docs/worlds.md`: how many clusters are written down for each check, and what is expected of them. */
export function worldsDocument({ checks }: Pick<Catalogue, 'checks'>): string {
  const rows = checks.map((check) => {
    const row: Row = { worlds: 0, found: 0, unknown: 0, clear: 0, proved: 0 };
    for (const file of globSync(`${check.id}/*.yaml`, { cwd: folder })) {
      const { expect } = readWorld(readFileSync(`${folder}${file}`, 'utf8'), file);
      const found = (expect?.found ?? []).length > 0;
      const unknown = expect?.unknown?.includes(check.id) ?? false;
      row.worlds += 1;
      if (found) row.found += 1;
      else if (unknown) row.unknown += 1;
      else row.clear += 1;
      if (expect?.then !== undefined) row.proved += 1;
    }
    const denials = new Set(check.reads.map((read) => JSON.stringify(denialOf(read)))).size;
    return { ...row, check: check.id, denials };
  });
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const cells = ['worlds', 'found', 'clear', 'unknown', 'proved', 'denials'] as const;
  const line = (name: string, of: (cell: (typeof cells)[number]) => number) =>
    `| ${name} | ${cells.map((cell) => of(cell)).join(' | ')} |`;
  return `${[
    '# Worlds',
    '',
    'Made by `npm run generate`. A world is a cluster in a file under `test/worlds/<check>/`. `test/checks/worlds.test.ts` runs each of them: the check finds what stands here, and nothing more.',
    '',
    '- **found**: one way in which the fault shows, with the codes that have to come out.',
    '- **clear**: look-alikes and false positives, in which the check stays clear or does not apply, and healthy clusters.',
    '- **unknown**: the check cannot look, or what it reads does not settle the question.',
    '- **proved**: the fix is approved, applied and proved to its end on this world.',
    '- **denied**: reads that are taken away one after another, in every world of the check; it then never says clear.',
    '',
    '| check | worlds | found | clear | unknown | proved | denied |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => line(`\`${row.check}\``, (cell) => row[cell])),
    line('**all**', (cell) => sum((row) => row[cell])),
  ].join('\n')}\n`;
}
