import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { catalogue } from '../../../src/catalogue.ts';
import type { WorldObject } from '../../../src/core/world.ts';
import type { Manifest } from '../control-plane/client.ts';

/** Upstream's own definitions, where somebody has put them beside the repository: `<product>/crds-<version>.yaml`. */
const upstream = join(import.meta.dirname, '../../../../shared/crds');

const products: Readonly<Record<string, string>> = { 'kubeovn.io': 'kube-ovn' };

type Definition = Manifest & {
  readonly spec: { readonly group: string; readonly names: { readonly kind: string } };
};

/** The CustomResourceDefinitions of all kinds in a world that a bare API server does not know. */
export async function definitionsFor(world: { readonly objects: readonly WorldObject[] }): Promise<Manifest[]> {
  const samples = new Map(
    world.objects
      .filter(({ apiVersion }) => isCustom(groupOf(apiVersion)))
      .map((object) => [`${groupOf(object.apiVersion)}/${object.kind}`, object]),
  );
  return Promise.all(
    [...samples.values()].map(async (sample) => (await publishedFor(sample, world)) ?? leastFor(sample)),
  );
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** Kubernetes keeps its own groups without a dot or under k8s.io. */
export function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

async function publishedFor(
  { apiVersion, kind }: WorldObject,
  world: { readonly objects: readonly WorldObject[] },
): Promise<Manifest | undefined> {
  const group = groupOf(apiVersion);
  const folder = join(upstream, products[group] ?? group);
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.yaml')).sort();
  const images = JSON.stringify(world.objects).match(/:v\d+\.\d+\.\d+/g) ?? [];
  const file =
    files.find((name) => images.some((tag) => name === `crds-${tag.slice(1)}.yaml`)) ??
    files.findLast((name) => /^crds-\d/.test(name));
  if (file === undefined) return undefined;
  const documents = parseAllDocuments(await readFile(join(folder, file), 'utf8'));
  return documents
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition !== null)
    .find(({ spec }) => spec.group === group && spec.names.kind === kind);
}

/** As the product asks for it, which knows that it is `provider-networks`. */
function pluralOf(apiVersion: string, name: string): string {
  const reads = [...catalogue.checks, ...catalogue.detectors].flatMap((reading) => reading.reads);
  const kinds = reads.flatMap((read) => ('kind' in read ? [read.kind] : []));
  const asked = kinds.find((kind) => kind.name === name && kind.apiVersions.includes(apiVersion));
  return asked?.plural ?? `${name.toLowerCase()}s`;
}

/** As little as an object needs: its place, every field as it comes, and a status of its own. */
function leastFor({ apiVersion, kind, metadata }: WorldObject): Manifest {
  const [group = '', version = ''] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const plural = pluralOf(apiVersion, kind);
  const fields = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: metadata.namespace === undefined ? 'Cluster' : 'Namespaced',
      names: { kind, singular, plural, listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: fields, status: fields } } },
        },
      ],
    },
  };
}
