import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

/** Where an API server is and what proves who asks. */
export type Access = {
  readonly server: string;
  readonly authority: Buffer;
  readonly certificate: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly token: string | undefined;
};

/** The access that a kubeconfig without programs or plugins gives, for its current context. */
export async function accessOf(kubeconfig: string): Promise<Access> {
  const text = await readFile(kubeconfig, 'utf8');
  const { clusters, users, contexts, 'current-context': current } = parse(text) as Kubeconfig;
  const context = contexts.find(({ name }) => name === current)?.context;
  const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = users.find(({ name }) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined) throw new Error(`${kubeconfig} has no complete current context.`);
  const bytes = async (key: string, from: Fields): Promise<Buffer | undefined> => {
    const [data, path] = [from[`${key}-data`], from[key]];
    if (data !== undefined) return Buffer.from(data, 'base64');
    return path === undefined ? undefined : readFile(resolve(dirname(kubeconfig), path));
  };
  const authority = await bytes('certificate-authority', cluster);
  const certificate = await bytes('client-certificate', user);
  const key = await bytes('client-key', user);
  const { token } = user;
  if (authority === undefined || (token === undefined && (certificate === undefined || key === undefined))) {
    throw new Error(
      `${kubeconfig} must have a certificate authority, and a token or a client certificate to log in with.`,
    );
  }
  return { server: cluster['server'] ?? '', authority, certificate, key, token };
}

type Fields = Readonly<Record<string, string>>;
type Kubeconfig = {
  readonly clusters: readonly { readonly name: string; readonly cluster: Fields }[];
  readonly users: readonly { readonly name: string; readonly user: Fields }[];
  readonly contexts: readonly { readonly name: string; readonly context: { cluster: string; user: string } }[];
  readonly 'current-context': string;
};

/** The text of a kubeconfig with one cluster and one user. */
export function kubeconfigText(
  cluster: Readonly<Record<string, unknown>>,
  user: Readonly<Record<string, string>>,
): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}
