import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { kubernetesClusters } from '../../../src/adapters/kubernetes/clusters.ts';
import { type KubernetesConnection, logIn } from '../../../src/adapters/kubernetes/login.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { WrongUsage } from '../../../src/core/errors.ts';
import { writeKubeconfig } from './server.ts';

const written: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(written.splice(0).map(async (remove) => remove()));
});

async function kubeconfig(cluster: Record<string, unknown>, user: Record<string, unknown> = { token: 'abc' }) {
  const { path, remove } = await writeKubeconfig(cluster, user);
  written.push(remove);
  return path;
}

async function refusal(connection: KubernetesConnection): Promise<string> {
  const error = await logIn('prod', connection).catch((thrown: unknown) => thrown);
  if (!(error instanceof WrongUsage)) throw new Error(`It should have been refused, not ${String(error)}.`);
  return `${error.message} ${error.next}`;
}

const server = 'https://10.0.0.1:6443';
const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: '/bin/sh',
  args: [
    '-c',
    `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"ran"}}'`,
  ],
  interactiveMode: 'Never',
};

describe('logging in with a kubeconfig', () => {
  test('does not run a program that the kubeconfig names', async () => {
    const path = await kubeconfig({ server }, { exec });
    expect(await refusal({ kubeconfig: path, allowExec: false })).toMatch(/prod runs a program .*set allowExec/);
  });

  test('does not use an authentication provider', async () => {
    const path = await kubeconfig({ server }, { 'auth-provider': { name: 'oidc', config: {} } });
    expect(await refusal({ kubeconfig: path, allowExec: false })).toMatch(/authentication provider/);
  });

  test('runs the program when an administrator allows it', async () => {
    const path = await kubeconfig({ server }, { exec });
    const login = await logIn('prod', { kubeconfig: path, allowExec: true });
    expect((await login.credentials()).headers).toEqual({ authorization: 'Bearer ran' });
  });

  test('sends no token without TLS, unless told that the way is trusted', async () => {
    const path = await kubeconfig({ server: 'http://10.0.0.1:8080' });
    expect(await refusal({ kubeconfig: path, allowExec: false })).toMatch(/without TLS/);
  });

  test('names the contexts there are when the one asked for is not there', async () => {
    const path = await kubeconfig({ server });
    expect(await refusal({ kubeconfig: path, context: 'other', allowExec: false })).toMatch(/"other".*: only\./);
  });

  test('says which file cannot be read', async () => {
    expect(await refusal({ kubeconfig: '/nowhere/kubeconfig', allowExec: false })).toMatch(/\/nowhere\/kubeconfig/);
  });

  test('says so when it is not in a cluster although it should be', async () => {
    expect(await refusal({ inCluster: true })).toMatch(/prod has no http or https address/);
  });

  test('takes the name of the server, the proxy and the impersonated user from the kubeconfig', async () => {
    const path = await kubeconfig(
      { server: `${server}/`, 'tls-server-name': 'api.example.com', 'proxy-url': 'http://proxy.example.com:3128' },
      { token: 'abc\n', as: 'triage' },
    );
    const login = await logIn('prod', { kubeconfig: path, context: 'only', allowExec: false });
    expect(login).toMatchObject({ server, proxy: 'http://proxy.example.com:3128' });
    expect(await login.credentials()).toEqual({
      headers: { authorization: 'Bearer abc', 'impersonate-user': 'triage' },
      tls: { servername: 'api.example.com' },
    });
  });
});

/** A Secret as the kubelet mounts it: its keys are links through a folder that is swapped when it is renewed. */
async function mountedSecret(keys: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-secret-'));
  written.push(async () => rm(folder, { recursive: true, force: true }));
  let generation = 0;
  const write = async (contents: Record<string, string>) => {
    generation += 1;
    await mkdir(join(folder, `..${generation}`));
    for (const [key, text] of Object.entries(contents)) await writeFile(join(folder, `..${generation}`, key), text);
    await symlink(`..${generation}`, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  await write(keys);
  for (const key of Object.keys(keys)) await symlink(join('..data', key), join(folder, key));
  return { folder, write };
}

function kubeconfigWith(token: string, at = server): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'only', cluster: { server: at } }],
    users: [{ name: 'only', user: { token } }],
    contexts: [{ name: 'only', context: { cluster: 'only', user: 'only' } }],
    'current-context': 'only',
  });
}

describe('logging in with a mounted Secret', () => {
  test('takes the kubeconfig in it, and its renewed token without a restart', async () => {
    const secret = await mountedSecret({ value: kubeconfigWith('old') });
    const login = await logIn('prod', { folder: secret.folder });
    expect((await login.credentials()).headers).toEqual({ authorization: 'Bearer old' });
    await secret.write({ value: kubeconfigWith('new') });
    expect((await login.credentials()).headers).toEqual({ authorization: 'Bearer new' });
  });

  test('never lets a run that is under way move to another server', async () => {
    const secret = await mountedSecret({ kubeconfig: kubeconfigWith('old') });
    const login = await logIn('prod', { folder: secret.folder });
    await secret.write({ kubeconfig: kubeconfigWith('new', 'https://10.0.0.2:6443') });
    expect([login.server, (await login.credentials()).headers]).toEqual([server, { authorization: 'Bearer old' }]);
    expect((await logIn('prod', { folder: secret.folder })).server).toBe('https://10.0.0.2:6443');
  });

  test('keeps what it has while a new kubeconfig cannot be understood', async () => {
    const secret = await mountedSecret({ config: kubeconfigWith('old') });
    const login = await logIn('prod', { folder: secret.folder });
    await secret.write({ config: '{' });
    expect((await login.credentials()).headers).toEqual({ authorization: 'Bearer old' });
  });

  test('takes the token and the authority of a service account', async () => {
    const secret = await mountedSecret({ token: 'abc\n', 'ca.crt': 'an authority' });
    const login = await logIn('prod', { folder: secret.folder, server });
    expect(await login.credentials()).toEqual({
      headers: { authorization: 'Bearer abc' },
      tls: { ca: Buffer.from('an authority') },
    });
  });

  test('says what is missing in it', async () => {
    const account = await mountedSecret({ token: 'abc', 'ca.crt': 'an authority' });
    expect(await refusal({ folder: account.folder })).toMatch(/nothing says where .* Add server/);
    const other = await mountedSecret({ password: 'abc' });
    expect(await refusal({ folder: other.folder })).toMatch(/neither a kubeconfig nor a token/);
    expect(await refusal({ folder: '/nowhere' })).toMatch(/\/nowhere/);
  });

  test('never runs a program that its kubeconfig names', async () => {
    const text = JSON.parse(kubeconfigWith('abc')) as { users: unknown };
    const secret = await mountedSecret({
      kubeconfig: JSON.stringify({ ...text, users: [{ name: 'only', user: { exec } }] }),
    });
    expect(await refusal({ folder: secret.folder })).toMatch(/runs a program/);
  });
});

describe('the registered clusters', () => {
  test('are known by name only', async () => {
    await expect(kubernetesClusters(() => [], systemClock).open('prod')).rejects.toMatchObject({ name: 'WrongUsage' });
  });

  test('can be opened once a wrong kubeconfig was put right', async () => {
    const path = await kubeconfig({ server }, { exec });
    const connect = { kubeconfig: path, allowExec: false };
    const clusters = kubernetesClusters(() => [{ name: 'prod', mode: 'observe', connect }], systemClock);
    await expect(clusters.open('prod')).rejects.toMatchObject({ name: 'WrongUsage' });
    const right = await kubeconfig({ server });
    await copyFile(right, path);
    expect(await clusters.open('prod')).toMatchObject({ writer: undefined });
    await clusters.close();
  });
});
