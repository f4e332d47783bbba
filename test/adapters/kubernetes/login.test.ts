import { copyFile } from 'node:fs/promises';
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

describe('the registered clusters', () => {
  test('are known by name only', async () => {
    await expect(kubernetesClusters([], systemClock).open('prod')).rejects.toMatchObject({ name: 'WrongUsage' });
  });

  test('can be opened once a wrong kubeconfig was put right', async () => {
    const path = await kubeconfig({ server }, { exec });
    const connect = { kubeconfig: path, allowExec: false };
    const registration = {
      name: 'prod',
      environment: 'production',
      labels: {},
      mode: 'observe',
      policy: 'default',
    } as const;
    const clusters = kubernetesClusters([{ ...registration, connect }], systemClock);
    await expect(clusters.open('prod')).rejects.toMatchObject({ name: 'WrongUsage' });
    const right = await kubeconfig({ server });
    await copyFile(right, path);
    expect(await clusters.open('prod')).toMatchObject({ writer: undefined });
    await clusters.close();
  });
});
