import { groupOf } from '../../../src/core/kind.ts';
import type { WorldObject } from '../../../src/core/world.ts';
import type { AdminClient } from '../control-plane/client.ts';
import { until } from '../control-plane/processes.ts';
import { definitionsFor, isCustom } from '../world/definitions.ts';

/** Creates objects through the API of a server without controllers. */
export type Loader = {
  /** Throws what the server finds wrong with the first object that it refuses. */
  load(objects: readonly WorldObject[]): Promise<void>;
};

const given = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** The server says itself what their status is, or who may say it. */
const judgedByServer = new Set(['APIService', 'CertificateSigningRequest']);
const sideBySide = 8;

type Resource = { readonly name: string; readonly kind: string; readonly namespaced: boolean };

export function openLoader(admin: AdminClient): Loader {
  const homes = new Set(given);
  const resources = new Map<string, Resource>();
  const definitions = new Set<string>();

  const send = async (method: 'POST' | 'PATCH', path: string, body: unknown, fine?: number): Promise<void> => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : undefined;
    const answer = await admin.request(method, path, body, type);
    if (answer.status < 300 || answer.status === fine) return;
    const { message } = JSON.parse(answer.body) as { message?: string };
    throw new Error(`The API server refuses ${method} ${path}: ${message ?? answer.body}`);
  };

  const define = async (objects: readonly WorldObject[]): Promise<void> => {
    const wanted = await definitionsFor({ objects });
    const groups = new Set(wanted.map((one) => (one['spec'] as { group: string }).group));
    // Calico's API moved to another group, and a server that serves both would be asked for the newer one only.
    const outdated = [...definitions].filter((name) => {
      const group = name.slice(name.indexOf('.') + 1);
      return group.endsWith('projectcalico.org') && !groups.has(group) && groups.size > 0;
    });
    for (const name of outdated) {
      await admin.remove({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name },
      });
      definitions.delete(name);
      for (const [key, resource] of resources) if (name.startsWith(`${resource.name}.`)) resources.delete(key);
    }
    await admin.apply(wanted.filter(({ metadata }) => !definitions.has(metadata.name)));
    for (const { metadata } of wanted) definitions.add(metadata.name);
  };

  const discover = async (apiVersion: string, kind: string): Promise<boolean> => {
    const { status, body } = await admin.request('GET', groupPath(apiVersion));
    const { resources: served } = status === 200 ? (JSON.parse(body) as { resources: Resource[] }) : { resources: [] };
    for (const one of served) if (!one.name.includes('/')) resources.set(`${apiVersion}/${one.kind}`, one);
    return resources.has(`${apiVersion}/${kind}`);
  };

  /** A definition is served a moment after it is stored; a built-in version that is not served will never be. */
  const untilServed = async ({ apiVersion, kind }: WorldObject): Promise<void> => {
    if (resources.has(`${apiVersion}/${kind}`)) return;
    const patience = isCustom(groupOf(apiVersion)) ? 20_000 : 0;
    await until(async () => discover(apiVersion, kind), patience, `${apiVersion}/${kind} was not served`);
  };

  /** The namespace of an object, and for a pod the account that it runs as. */
  const makeHome = async ({ kind, metadata, spec }: WorldObject): Promise<void> => {
    const { namespace } = metadata;
    if (namespace === undefined) return;
    if (!homes.has(namespace)) await send('POST', '/api/v1/namespaces', { metadata: { name: namespace } }, 409);
    homes.add(namespace);
    if (kind !== 'Pod') return;
    const { serviceAccountName: name = 'default' } = (spec ?? {}) as { serviceAccountName?: string };
    const account = { metadata: { name }, automountServiceAccountToken: false };
    if (!homes.has(`${namespace}/${name}`))
      await send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account, 409);
    homes.add(`${namespace}/${name}`);
  };

  const create = async (object: WorldObject): Promise<void> => {
    const resource = resources.get(`${object.apiVersion}/${object.kind}`);
    const { name, namespace } = object.metadata;
    const place = resource?.namespaced === true ? `/namespaces/${namespace ?? 'default'}` : '';
    const path = `${groupPath(object.apiVersion)}${place}/${resource?.name}`;
    const { status, ...rest } = object;
    const { resourceVersion: _, uid: __, managedFields: ___, ...metadata } = rest.metadata;
    await send('POST', path, { ...(object.kind === 'Service' ? withoutAddress(rest) : rest), metadata });
    // A kind without a status of its own has taken it already.
    if (status === undefined || judgedByServer.has(object.kind)) return;
    await send('PATCH', `${path}/${name}/status`, { status }, 404);
  };

  return {
    load: async (objects) => {
      await define(objects);
      for (const object of objects) {
        await untilServed(object);
        await makeHome(object);
      }
      const waiting = [...objects];
      const made = await Promise.allSettled(
        Array.from({ length: sideBySide }, async () => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await create(next);
        }),
      );
      for (const one of made) if (one.status === 'rejected') throw one.reason;
    },
  };
}

function groupPath(apiVersion: string): string {
  return apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
}

/** The server takes addresses of its own range only, and each once. */
function withoutAddress(service: Record<string, unknown>): Record<string, unknown> {
  const { clusterIP, clusterIPs: _, ...spec } = (service['spec'] ?? {}) as Record<string, unknown>;
  return clusterIP === 'None' || clusterIP === undefined ? service : { ...service, spec };
}
