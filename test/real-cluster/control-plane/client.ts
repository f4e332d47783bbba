import { Agent, fetch } from 'undici';
import type { WorldObject } from '../../../src/core/world.ts';
import type { Access } from './kubeconfig.ts';
import { until } from './processes.ts';

/** An object as one would write it for `kubectl apply`; with a status it is stored with that status. */
export type Manifest = WorldObject;

export type Answer = { readonly status: number; readonly body: string };

/** What a test does to the cluster behind the back of the product: no retries, no product code. */
export type AdminClient = {
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** Server-side apply, then the status through its subresource. Waits for the kind of a fresh CRD to be served. */
  apply(manifests: readonly Manifest[]): Promise<void>;
  /** Deletes what is there; what is not there is fine. */
  remove(manifest: Manifest): Promise<void>;
  /** The object as the server has it; throws when it is not there. */
  get<Shape>(manifest: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): Promise<Shape>;
  close(): Promise<void>;
};

type Resource = { readonly name: string; readonly kind: string; readonly namespaced: boolean };

export function adminClient({ server, authority, certificate, key, token }: Access): AdminClient {
  const dispatcher = new Agent({
    connect: { ca: authority, cert: certificate, key },
  });
  const resources = new Map<string, Resource>();

  const request: AdminClient['request'] = async (method, path, body, contentType = 'application/json') => {
    const response = await fetch(`${server}${path}`, {
      method,
      dispatcher,
      signal: AbortSignal.timeout(20_000),
      headers: {
        'user-agent': 'cluster-triage-tests',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.text() };
  };

  const findResource = async (apiVersion: string, kind: string): Promise<boolean> => {
    const answer = await request('GET', apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`);
    if (answer.status !== 200) return false;
    const { resources: served } = JSON.parse(answer.body) as { resources: Resource[] };
    const resource = served.find((candidate) => candidate.kind === kind && !candidate.name.includes('/'));
    if (resource === undefined) return false;
    resources.set(`${apiVersion}/${kind}`, resource);
    return true;
  };

  const pathOf = async ({
    apiVersion,
    kind,
    metadata,
  }: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): Promise<string> => {
    const key = `${apiVersion}/${kind}`;
    if (!resources.has(key)) await until(async () => findResource(apiVersion, kind), 20_000, `${key} was not served`);
    const resource = resources.get(key);
    if (resource === undefined) throw new Error(`${key} is not served.`);
    const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${group}${namespace}/${resource.name}/${metadata.name}`;
  };

  const applyOne = async (manifest: Manifest): Promise<void> => {
    const path = await pathOf(manifest);
    const { status, ...rest } = manifest;
    const query = '?fieldManager=cluster-triage-tests&force=true';
    const patch = 'application/apply-patch+yaml';
    let answer: Answer = { status: 0, body: '' };
    // The storage of a fresh CRD lags behind discovery, and the service account of a fresh namespace behind it.
    const isTaken = async (): Promise<boolean> => {
      answer = await request('PATCH', `${path}${query}`, rest, patch);
      return answer.status !== 404 && !(answer.status === 403 && answer.body.includes('serviceaccount'));
    };
    await until(isTaken, 10_000, `PATCH ${path} was not taken`);
    if (answer.status >= 300) throw new Error(`PATCH ${path} was answered with ${answer.status}: ${answer.body}`);
    if (status === undefined) return;
    const { apiVersion, kind, metadata } = manifest;
    const { name, namespace } = metadata;
    const subject = { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace }, status };
    const stored = await request('PATCH', `${path}/status`, subject, 'application/merge-patch+json');
    if (stored.status >= 300)
      throw new Error(`PATCH ${path}/status was answered with ${stored.status}: ${stored.body}`);
  };

  return {
    request,
    apply: async (manifests) => {
      for (const manifest of manifests) await applyOne(manifest);
    },
    remove: async (manifest) => {
      const { status, body } = await request('DELETE', await pathOf(manifest), { gracePeriodSeconds: 0 });
      if (status >= 300 && status !== 404)
        throw new Error(`Deleting ${manifest.metadata.name} was answered with ${status}: ${body}`);
    },
    get: async <Shape>(manifest: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>) => {
      const path = await pathOf(manifest);
      const { status, body } = await request('GET', path);
      if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${body}`);
      return JSON.parse(body) as Shape;
    },
    close: async () => dispatcher.close(),
  };
}
