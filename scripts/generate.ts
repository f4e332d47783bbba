import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkIds, checkIndex, playbookIds, playbookIndex } from './indexes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The lists that code imports; made before the documents, which read the catalogue. */
export function generatedIndexes(): Record<string, string> {
  const format = (path: string, text: string) =>
    execFileSync(join(root, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${path}`], {
      input: text,
      cwd: root,
      encoding: 'utf8',
    });
  const indexes = {
    'playbooks/checks/index.ts': checkIndex(checkIds(root)),
    'playbooks/index.ts': playbookIndex(playbookIds(root)),
  };
  return Object.fromEntries(Object.entries(indexes).map(([path, text]) => [path, format(path, text)]));
}

/** Every generated document, by its path. */
export async function generatedDocuments(): Promise<Record<string, string>> {
  const { accessDocument, manifestDocument, playbooksDocument } = await import('./documents.ts');
  const { worldsDocument } = await import('./worlds.ts');
  const { catalogue } = await import('../src/catalogue.ts');
  return {
    'deploy/rbac-observe.yaml': accessDocument(catalogue, 'observe'),
    'deploy/rbac-remediate.yaml': accessDocument(catalogue, 'remediate'),
    'deploy/slack-app-socket.yaml': manifestDocument('socket'),
    'deploy/slack-app-http.yaml': manifestDocument('http'),
    'docs/playbooks.md': playbooksDocument(),
    'docs/worlds.md': worldsDocument(catalogue),
  };
}

/** The paths whose content is not what would be generated now. */
export async function outdated(): Promise<string[]> {
  const all = { ...generatedIndexes(), ...(await generatedDocuments()) };
  return Object.entries(all)
    .filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text)
    .map(([path]) => path);
}

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  write(generatedIndexes());
  write(await generatedDocuments());
}
