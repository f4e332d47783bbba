import { createServer, type ServerResponse } from 'node:http';
import { valueAt } from '../src/adapters/simulated/merge-patch.ts';
import { labelsOf } from '../src/adapters/simulated/store.ts';
import { fieldSelector, labelSelector } from '../src/core/selectors.ts';
import type { World, WorldObject } from '../src/core/world.ts';
import { installedWorld, objectsOf, type Size } from './scale-world.ts';

/** What the server was asked since it was last told to forget, and what it served. */
export type Served = {
  readonly requests: number;
  readonly bytes: number;
  readonly objects: number;
  /** Lists that were read from their first page to their last, in the order in which they were asked for. */
  readonly lists: readonly string[];
  readonly pages: number;
  /** Addresses that were asked for more than once. */
  readonly pagesTwice: readonly string[];
  /** Objects that were served more than once, as `Pod kube-system/web-0`. */
  readonly objectsTwice: readonly string[];
};

type Entry = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly text: Buffer;
  served: number;
};

type Resource = { readonly kind: string; readonly entries: Entry[]; pages: Buffer[] };

const pageSize = 500;
const plurals: Readonly<Record<string, string>> = { Ingress: 'ingresses', IngressClass: 'ingressclasses' };
const pluralOf = (kind: string) => plurals[kind] ?? (kind === 'Endpoints' ? 'endpoints' : `${kind.toLowerCase()}s`);

/** Holds every object as it goes over the wire, and every page of every list made up, so that serving costs little. */
function render(world: World, size: Size): Map<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const object of objectsOf(world, size)) {
    const path = `${object.apiVersion.includes('/') ? '/apis' : '/api'}/${object.apiVersion}/${pluralOf(object.kind)}`;
    const resource = resources.get(path) ?? { kind: object.kind, entries: [], pages: [] };
    resources.set(path, resource);
    resource.entries.push(entryOf(object));
  }
  for (const resource of resources.values()) {
    const placeOf = ({ namespace, name }: Entry) => `${namespace}\0${name}`;
    resource.entries.sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
    for (let from = 0; from < resource.entries.length; from += pageSize) {
      const isLast = from + pageSize >= resource.entries.length;
      const entries = resource.entries.slice(from, from + pageSize);
      resource.pages.push(listOf(resource.kind, entries, isLast ? undefined : String(from / pageSize + 1)));
    }
  }
  return resources;
}

function entryOf(object: WorldObject): Entry {
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? '',
    labels: labelsOf(object),
    text: Buffer.from(JSON.stringify(object)),
    served: 0,
  };
}

function listOf(kind: string, entries: readonly Entry[], token: string | undefined): Buffer {
  const metadata = JSON.stringify({ resourceVersion: '2000000', ...(token === undefined ? {} : { continue: token }) });
  const parts: Buffer[] = [Buffer.from(`{"kind":"${kind}List","metadata":${metadata},"items":[`)];
  entries.forEach(({ text }, index) => parts.push(...(index === 0 ? [text] : [Buffer.from(','), text])));
  return Buffer.concat([...parts, Buffer.from(']}')]);
}

/** Speaks the part of the Kubernetes API that a run uses: lists, objects, logs and paths, and keeps count. */
function serve(world: World, size: Size) {
  const resources = render(world, size);
  const asked = new Map<string, number>();
  const lists: string[] = [];
  let bytes = 0;
  let pages = 0;

  const answer = (response: ServerResponse, status: number, body: Buffer | string, type = 'application/json') => {
    bytes += Buffer.byteLength(body);
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  const missing = (response: ServerResponse, name?: string) =>
    answer(response, 404, JSON.stringify({ kind: 'Status', status: 'Failure', code: 404, details: { name } }));

  const list = (response: ServerResponse, path: string, namespace: string, query: URLSearchParams): void => {
    const resource = resources.get(path);
    if (resource === undefined) return missing(response);
    const labels = labelSelector(query.get('labelSelector') ?? '');
    const fields = fieldSelector(query.get('fieldSelector') ?? '', resource.kind);
    if ('refused' in labels || 'refused' in fields) return answer(response, 400, '{}');
    if (namespace === '' && !query.has('labelSelector') && !query.has('fieldSelector')) {
      const page = Number(query.get('continue') ?? 0);
      const body = resource.pages[page];
      if (body === undefined || query.get('limit') !== String(pageSize)) return answer(response, 400, '{}');
      if (page === 0) lists.push(path);
      pages += 1;
      for (const entry of resource.entries.slice(page * pageSize, (page + 1) * pageSize)) entry.served += 1;
      return answer(response, 200, body);
    }
    const chosen = resource.entries.filter(
      (entry) =>
        (namespace === '' || entry.namespace === namespace) &&
        labels.matches(entry.labels) &&
        (!query.has('fieldSelector') || fields.matches((field) => valueIn(entry, field))),
    );
    for (const entry of chosen) entry.served += 1;
    answer(response, 200, listOf(resource.kind, chosen, undefined));
  };

  const log = (response: ServerResponse, pod: string, query: URLSearchParams): void => {
    const previous = query.has('previous');
    const known = world.logs.find(
      (one) => one.pod === pod && one.container === query.get('container') && one.previous === previous,
    );
    if (known === undefined && previous) return answer(response, 400, '{"message":"container is not available"}');
    const lines = known?.lines ?? ['2026-01-05T09:59:00Z started'];
    answer(response, 200, `${lines.join('\n')}\n`, 'text/plain');
  };

  const server = createServer((request, response) => {
    const address = request.url ?? '/';
    asked.set(address, (asked.get(address) ?? 0) + 1);
    const { pathname, searchParams } = new URL(address, 'http://server');
    const given = world.get.find(({ path }) => path === pathname);
    if (given !== undefined) return answer(response, given.status, given.body, 'text/plain');
    if (pathname === '/version') return answer(response, 200, JSON.stringify({ gitVersion: world.version }));
    if (pathname === '/readyz') return answer(response, 200, 'ok', 'text/plain');
    const [, prefix = '', namespace = '', rest = pathname] =
      /^(\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/)namespaces\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
    const path = prefix === '' ? pathname : `${prefix}${rest}`;
    const [, pod] = /pods\/([^/]+)\/log$/.exec(path) ?? [];
    if (pod !== undefined) return log(response, `${namespace}/${pod}`, searchParams);
    const [, parent = '', name = ''] = /^(\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/[^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (name === '') return list(response, path, namespace, searchParams);
    const entry = resources.get(parent)?.entries.find((one) => one.name === name && one.namespace === namespace);
    if (entry === undefined) return missing(response, resources.has(parent) ? name : undefined);
    entry.served += 1;
    answer(response, 200, entry.text);
  });

  const report = (): Served => {
    const entries = [...resources.values()].flatMap(({ kind, entries: all }) =>
      all.map((entry) => ({ kind, ...entry })),
    );
    return {
      requests: [...asked.values()].reduce((sum, count) => sum + count, 0),
      bytes,
      objects: entries.reduce((sum, { served }) => sum + served, 0),
      lists: [...lists],
      pages,
      pagesTwice: [...asked].filter(([, count]) => count > 1).map(([address]) => address),
      objectsTwice: entries
        .filter(({ served }) => served > 1)
        .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
    };
  };

  const forget = () => {
    asked.clear();
    lists.length = 0;
    bytes = 0;
    pages = 0;
    for (const { entries } of resources.values()) for (const entry of entries) entry.served = 0;
  };
  return { server, report, forget };
}

function valueIn({ text }: Entry, field: string): unknown {
  return valueAt(JSON.parse(text.toString('utf8')), ...field.split('.'));
}

const size = JSON.parse(process.argv[2] ?? '{}') as Size;
const { server, report, forget } = serve(installedWorld(), size);
process.on('message', () => {
  const served = report();
  forget();
  process.send?.(served);
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
});
