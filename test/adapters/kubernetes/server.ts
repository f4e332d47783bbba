import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { kubernetesClusters } from '../../../src/adapters/kubernetes/clusters.ts';
import type { Limits } from '../../../src/adapters/kubernetes/session.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';

export type Stub = {
  readonly cluster: Cluster;
  /** `GET /path?query` of every request so far. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

type User = Readonly<Record<string, unknown>>;

/** What a real API server says on rare days only: a plain HTTP server that answers as the test wants it to. */
export async function stubServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { user = {}, ...limits }: Partial<Limits> & { readonly user?: User } = {},
): Promise<Stub> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const kubeconfig = await writeKubeconfig(
    { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
    user,
  );
  const registration = { name: 'stub', mode: 'remediate' } as const;
  const connect = { kubeconfig: kubeconfig.path, allowExec: false };
  const clusters = kubernetesClusters(() => [{ ...registration, connect }], systemClock, limits);
  return {
    cluster: await clusters.open('stub'),
    asked,
    close: async () => {
      await clusters.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await kubeconfig.remove();
    },
  };
}

/** A kubeconfig file with one cluster, one user and one context, all named `only`. */
export async function writeKubeconfig(cluster: Readonly<Record<string, unknown>>, user: User) {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-kubeconfig-'));
  const path = join(folder, 'kubeconfig');
  const contexts = [{ name: 'only', context: { cluster: 'only', user: 'only' } }];
  const config = { clusters: [{ name: 'only', cluster }], users: [{ name: 'only', user }], contexts };
  await writeFile(path, stringify({ apiVersion: 'v1', kind: 'Config', ...config, 'current-context': 'only' }));
  return { path, remove: async () => rm(folder, { recursive: true, force: true }) };
}

/** Answers like an API server that says no. */
export function refuse(
  response: ServerResponse,
  code: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  answerJson(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code, ...more });
}

export function answerJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
