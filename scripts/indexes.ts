import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `stale-watch` -> `StaleWatch`. */
function pascal(stem: string): string {
  return stem
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

/** `stale-watch` -> `staleWatch`: what the file with this stem exports. */
export function exportOf(stem: string): string {
  const name = pascal(stem);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `kube-ovn/stale-watch` of every check, sorted. */
export function checkIds(root: string): string[] {
  const folder = join(root, 'playbooks/checks');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((system) =>
      readdirSync(join(folder, system.name))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${system.name}/${file.slice(0, -'.ts'.length)}`),
    )
    .sort();
}

/** The ids of every playbook, sorted. */
export function playbookIds(root: string): string[] {
  return readdirSync(join(root, 'playbooks'))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** `playbooks/checks/index.ts`: the list of checks, from the files that are there. */
export function checkIndex(ids: readonly string[]): string {
  const aliases = ids.map((id) => exportOf(id.replace('/', '-')));
  const imports = ids.map((id, index) => {
    const stem = id.split('/')[1] ?? '';
    return `import { ${exportOf(stem)} as ${aliases[index]} } from './${id}.ts';`;
  });
  return [
    `import type { Check } from '../../src/core/check.ts';`,
    ...imports,
    '',
    '/** Every check. Made by `npm run generate` from the files of this folder. */',
    `export const checks: readonly Check[] = [${aliases.join(', ')}];`,
    '',
  ].join('\n');
}

/** `playbooks/index.ts`: the list of playbooks, from the files that are there. */
export function playbookIndex(ids: readonly string[]): string {
  return [
    `import type { Playbook } from '../src/core/playbook.ts';`,
    ...ids.map((id) => `import { ${exportOf(id)} } from './${id}.ts';`),
    '',
    '/** Every playbook. Made by `npm run generate` from the files of this folder. */',
    `export const playbooks: readonly Playbook[] = [${ids.map(exportOf).join(', ')}];`,
    '',
  ].join('\n');
}
