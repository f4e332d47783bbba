import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorldLog } from '../../../src/core/world.ts';
import { type AdminClient, adminClient } from './client.ts';
import { writeLogs } from './container-logs.ts';
import { accessOf } from './kubeconfig.ts';
import { killAll, restart, signal, until } from './processes.ts';

/** `admin` may do everything, `viewer` may look at everything, `nobody` is known and may do nothing. */
export type Identity = 'admin' | 'viewer' | 'nobody';

/** What is written down in `control-plane.json`, so that every process that knows the folder can use it. */
export type Description = {
  readonly folder: string;
  readonly server: string;
  readonly etcd: string;
  readonly kubeconfigs: Readonly<Record<Identity, string>>;
  readonly auditLog: string;
};

/** A running control plane. Its life ends with the process that started it, at the latest. */
export type ControlPlane = Description & {
  readonly admin: AdminClient;
  /** Makes `pods/log` answer these lines, through KWOK; returns when it does. The pods must be running. */
  writeLogs(logs: readonly WorldLog[]): Promise<void>;
  /** kube-apiserver stops in the middle of whatever it does, and its connections stay open. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  kill(): Promise<void>;
  /** Starts kube-apiserver again, killing it first if it runs; returns when it is ready. */
  restart(): Promise<void>;
  /** Compacts etcd, so that every continue token given out before is answered with 410. */
  expireContinueTokens(): Promise<void>;
  stop(): Promise<void>;
};

/** Opens a control plane that was started by any process of this machine. */
export async function openControlPlane(folder: string): Promise<ControlPlane> {
  const description = JSON.parse(await readFile(join(folder, 'control-plane.json'), 'utf8')) as Description;
  const admin = adminClient(await accessOf(description.kubeconfigs.admin));
  return {
    ...description,
    admin,
    writeLogs: async (logs) => {
      await admin.apply(await writeLogs(folder, logs));
      await Promise.all(logs.map(async (log) => untilAnswered(admin, log)));
    },
    pause: async () => signal(folder, 'kube-apiserver', 'SIGSTOP'),
    resume: async () => signal(folder, 'kube-apiserver', 'SIGCONT'),
    kill: async () => signal(folder, 'kube-apiserver', 'SIGKILL'),
    restart: async () => {
      await signal(folder, 'kube-apiserver', 'SIGKILL');
      await restart(folder, 'kube-apiserver');
      await untilReady(admin);
    },
    expireContinueTokens: async () => compact(description.etcd),
    stop: async () => {
      await admin.close();
      await killAll(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function untilReady(admin: AdminClient): Promise<void> {
  const isReady = async (): Promise<boolean> =>
    admin.request('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(isReady, 90_000, 'kube-apiserver was not ready');
}

/** KWOK hears of new logs with some delay, and answers 400 until then. */
async function untilAnswered(admin: AdminClient, { pod, container, previous }: WorldLog): Promise<void> {
  const [namespace, name] = pod.split('/');
  const query = new URLSearchParams({ container, previous: String(previous), tailLines: '1' });
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query.toString()}`;
  const isAnswered = async (): Promise<boolean> => (await admin.request('GET', path)).status === 200;
  await until(isAnswered, 20_000, `The log of ${pod} was not there`);
}

/** Through the JSON gateway of etcd. The write makes sure that every revision given out is older than the compaction. */
async function compact(etcd: string): Promise<void> {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const put = { key: encode('/cluster-triage-tests/revision'), value: encode('x') };
  const { header } = await callEtcd<{ header: { revision: string } }>(etcd, '/v3/kv/put', put);
  await callEtcd(etcd, '/v3/kv/compaction', { revision: header.revision, physical: true });
}

async function callEtcd<Shape>(etcd: string, path: string, body: unknown): Promise<Shape> {
  const response = await fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`etcd answered ${path} with ${response.status}: ${text}`);
  return JSON.parse(text) as Shape;
}
