import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUsage } from '../../core/errors.ts';
import type { Registration } from '../../core/registration.ts';

export type KubernetesConnection = Exclude<Registration['connect'], { world: string }>;

/** Where the credentials of a cluster come from, as it is at this moment. */
export type Source = (
  | { readonly from: 'kubeconfig'; readonly file: string; readonly context: string | undefined }
  | {
      readonly from: 'service-account';
      readonly server: string;
      readonly tokenFile: string;
      readonly authorityFile: string;
    }
  | { readonly from: 'pod' }
) & {
  /** Differs when somebody changed what stands there. Token files are not part of it: they are read when they are used. */
  readonly content: string;
};

/** What a kubeconfig is called in the Secrets that people and Cluster API make. */
const kubeconfigKeys = ['kubeconfig', 'config', 'value'];

/** Looks where a registered cluster says that its credentials are. Throws `WrongUsage` when they are not there. */
export async function sourceOf(cluster: string, connection: KubernetesConnection): Promise<Source> {
  if ('inCluster' in connection) return { from: 'pod', content: '' };
  const { context } = connection;
  if ('kubeconfig' in connection) {
    const file = connection.kubeconfig;
    return { from: 'kubeconfig', file, context, content: await textOf(cluster, file) };
  }
  const { folder, server } = connection;
  const keys = await readdir(folder).catch((error: unknown) => {
    throw cannotRead(cluster, error);
  });
  const kubeconfig = kubeconfigKeys.find((key) => keys.includes(key));
  if (kubeconfig !== undefined) {
    const file = join(folder, kubeconfig);
    return { from: 'kubeconfig', file, context, content: await textOf(cluster, file) };
  }
  if (!keys.includes('token') || !keys.includes('ca.crt')) {
    throw new WrongUsage(
      `The folder ${folder} of cluster ${cluster} has neither a kubeconfig nor a token.`,
      `Mount a Secret with one of the keys ${kubeconfigKeys.join(', ')}, or with token and ca.crt.`,
    );
  }
  if (server === undefined) {
    throw new WrongUsage(
      `The folder ${folder} of cluster ${cluster} has a token, and nothing says where its API server is.`,
      'Add server: https://… beside folder.',
    );
  }
  return {
    from: 'service-account',
    server,
    tokenFile: join(folder, 'token'),
    authorityFile: join(folder, 'ca.crt'),
    content: server,
  };
}

async function textOf(cluster: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotRead(cluster, error);
  });
}

export function cannotRead(cluster: string, error: unknown): WrongUsage {
  const because = error instanceof Error ? error.message : String(error);
  return new WrongUsage(
    `The kubeconfig of cluster ${cluster} cannot be read: ${because}.`,
    'Correct the path or the file.',
  );
}
