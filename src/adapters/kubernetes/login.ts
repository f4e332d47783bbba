import type { RequestOptions } from 'node:https';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { WrongUsage } from '../../core/errors.ts';
import { cannotRead, type KubernetesConnection, type Source, sourceOf } from './source.ts';

export type { KubernetesConnection } from './source.ts';

/** What one request is sent with. Changes when a token or a certificate file is renewed. */
export type Credentials = {
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly passphrase?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly headers: Readonly<Record<string, string>>;
};

/** How to reach a cluster and as whom. */
export type Login = {
  /** Without a trailing slash; may have a path, as clusters behind a gateway do. */
  readonly server: string;
  readonly proxy: string | undefined;
  /** Read again from its files when those have changed; of the same server always. */
  credentials(): Promise<Credentials>;
};

/**
 * Reads a kubeconfig file, a mounted Secret, or the service account of the pod this runs in. Nothing of the client
 * library leaves this module, and it is loaded here on first use, because it takes a second.
 */
export async function logIn(cluster: string, connection: KubernetesConnection): Promise<Login> {
  let source = await sourceOf(cluster, connection);
  let read = await understand(cluster, connection, source);
  const { server, proxy } = read;
  /** A Secret that is renewed while a run goes on; when it leads elsewhere now, that is for the next run. */
  const readAgain = async (): Promise<void> => {
    try {
      const now = await sourceOf(cluster, connection);
      if (now.content === source.content) return;
      const fresh = await understand(cluster, connection, now);
      if (fresh.server !== server || fresh.proxy !== proxy) return;
      [source, read] = [now, fresh];
    } catch (error) {
      // Half written, or gone for a moment: the server says soon enough when the old credentials are no good.
      if (!(error instanceof WrongUsage)) throw error;
    }
  };
  return {
    server,
    proxy,
    credentials: async () => {
      await readAgain();
      return credentialsOf(read.kubeConfig);
    },
  };
}

type Understood = {
  readonly kubeConfig: KubeConfig;
  readonly server: string;
  readonly proxy: string | undefined;
};

async function understand(cluster: string, connection: KubernetesConnection, source: Source): Promise<Understood> {
  const kubeConfig = await load(cluster, source);
  const current = kubeConfig.getCurrentCluster();
  const user = kubeConfig.getCurrentUser();
  if (current === null || user === null) {
    throw new WrongUsage(
      `The kubeconfig of cluster ${cluster} does not say what to connect to: ${describe(kubeConfig, source)}.`,
      'Name a context that has both a cluster and a user.',
    );
  }
  if (!/^https?:/.test(current.server) || !URL.canParse(current.server)) {
    throw new WrongUsage(
      `The API server of cluster ${cluster} has no http or https address: ${current.server}.`,
      'Correct the server in its kubeconfig, or run inside the cluster.',
    );
  }
  const mayRun = 'allowExec' in connection && connection.allowExec;
  if (!mayRun && source.from === 'kubeconfig') refuseToRun(cluster, user);
  if (current.server.startsWith('http:') && !current.skipTLSVerify) {
    throw new WrongUsage(
      `The API server of cluster ${cluster} is reached without TLS, and credentials would travel in the clear.`,
      'Use an https address, or set insecure-skip-tls-verify in its kubeconfig if the way there is trusted.',
    );
  }
  if (current.proxyUrl !== undefined && current.proxyUrl !== '' && !/^https?:/.test(current.proxyUrl)) {
    throw new WrongUsage(
      `Cluster ${cluster} is reached through ${current.proxyUrl}, which is no http or https proxy.`,
      'Use an http proxy in its kubeconfig.',
    );
  }
  return { kubeConfig, server: current.server, proxy: current.proxyUrl === '' ? undefined : current.proxyUrl };
}

async function load(cluster: string, source: Source): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeConfig = new KubeConfig();
  try {
    if (source.from === 'pod') kubeConfig.loadFromCluster();
    else if (source.from === 'kubeconfig') kubeConfig.loadFromFile(source.file);
    else kubeConfig.loadFromOptions(accountOptions(cluster, source));
  } catch (error) {
    throw cannotRead(cluster, error);
  }
  if (source.from === 'kubeconfig' && source.context !== undefined) {
    if (kubeConfig.getContextObject(source.context) === null) {
      const names = kubeConfig.getContexts().map(({ name }) => name);
      throw new WrongUsage(
        `The kubeconfig of cluster ${cluster} has no context "${source.context}".`,
        `Name one of its contexts: ${names.join(', ')}.`,
      );
    }
    kubeConfig.setCurrentContext(source.context);
  }
  return kubeConfig;
}

/** The library's own way for a pod's account, which reads the token's file again every minute. */
function accountOptions(name: string, source: Extract<Source, { from: 'service-account' }>) {
  const { server, tokenFile, authorityFile } = source;
  return {
    clusters: [{ name, server, caFile: authorityFile, skipTLSVerify: false }],
    users: [{ name, authProvider: { name: 'tokenFile', config: { tokenFile } } }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  };
}

/** A kubeconfig can name a program to run with the rights of this process; it must not do so by being given to us. */
function refuseToRun(cluster: string, user: User): void {
  const runs = user.exec !== undefined && user.exec !== null;
  const asks = user.authProvider !== undefined && user.authProvider !== null;
  if (!runs && !asks) return;
  throw new WrongUsage(
    `The kubeconfig of cluster ${cluster} ${runs ? 'runs a program' : 'uses an authentication provider'} to log in, which is not allowed.`,
    'Use a service account token or a client certificate, or set allowExec for this cluster if you wrote that kubeconfig.',
  );
}

async function credentialsOf(kubeConfig: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  // A token file may end in a newline, which no header may contain.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof options.auth === 'string')
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options as Credentials['tls'];
  return {
    headers,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(servername === undefined ? {} : { servername }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    },
  };
}

function describe(kubeConfig: KubeConfig, source: Source): string {
  const context = (source.from === 'kubeconfig' ? source.context : undefined) ?? kubeConfig.getCurrentContext();
  if (context === undefined || context === '') return 'it has no current context';
  return `its context "${context}" is not complete`;
}
