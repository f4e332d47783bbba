import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from './client.ts';

/** KWOK's own CRDs and stages: nodes become Ready, pods become Running and Ready, deleted pods go. */
export async function kwokManifests(folder: string): Promise<Manifest[]> {
  const names = ['stages', 'logs', 'clusterlogs'].map((plural) => `crd/bases/kwok.x-k8s.io_${plural}.yaml`);
  return Promise.all(names.map(async (name) => read(join(folder, name)))).then(async (definitions) => [
    ...definitions,
    ...(await stagesOf(join(folder, 'stage/fast'))),
  ]);
}

/** A kustomization lists files and other kustomizations; KWOK's use nothing else of it. */
async function stagesOf(folder: string): Promise<Manifest[]> {
  const { resources } = parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
  const found = await Promise.all(
    resources.map(async (resource) => {
      const path = join(folder, resource);
      return resource.endsWith('.yaml') ? [await read(path)] : stagesOf(path);
    }),
  );
  return found.flat();
}

async function read(path: string): Promise<Manifest> {
  return parse(await readFile(path, 'utf8')) as Manifest;
}
