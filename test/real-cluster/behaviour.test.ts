import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { kubernetesClusters } from '../../src/adapters/kubernetes/clusters.ts';
import type { Limits } from '../../src/adapters/kubernetes/session.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { approved } from '../contracts/approved.ts';
import { uniqueName } from '../contracts/cluster/examinee.ts';
import { ConfigMap, configMap, Deployment, deployment, namespace, Pod } from '../contracts/cluster/objects.ts';
import { eventually, expectCannotRead } from '../contracts/cluster/question.ts';
import { accessOf, kubeconfigText } from './control-plane/kubeconfig.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { audited, openTestCluster } from './test-cluster.ts';

const { admin, controlPlane, kubeconfigs } = await openTestCluster();
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => admin.close());

async function open(kubeconfig: string, limits: Partial<Limits> = {}): Promise<Cluster> {
  const registration = { name: 'real', mode: 'remediate' } as const;
  const connect = { kubeconfig, allowExec: false };
  const clusters = kubernetesClusters(() => [{ ...registration, connect }], systemClock, limits);
  ends.push(async () => clusters.close());
  return clusters.open('real');
}

async function throughProxy(beforeNextPage: () => Promise<void> = async () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-proxy-'));
  const proxy = await startFaultProxy(await accessOf(kubeconfigs.admin), [], beforeNextPage);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText({ server: proxy.server, 'insecure-skip-tls-verify': true }, {}));
  ends.push(async () => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { proxy, kubeconfig };
}

async function withConfigMaps(count: number): Promise<string> {
  const home = uniqueName('real');
  await admin.apply([namespace(home), ...Array.from({ length: count }, (_, at) => configMap(home, `c-${at}`, {}))]);
  ends.push(async () => admin.remove(namespace(home)));
  return home;
}

describe('the adapter of a real Kubernetes API', () => {
  test('uses few connections for many requests, one after the other and side by side', async () => {
    const home = await withConfigMaps(1);
    const { proxy, kubeconfig } = await throughProxy();
    const { reader } = await open(kubeconfig);
    const read = async () => reader.need(ConfigMap, { namespace: home, name: 'c-0' });
    for (let count = 0; count < 50; count += 1) await read();
    expect(proxy.connections()).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 100 }, read));
    expect(proxy.connections()).toBeLessThanOrEqual(16);
  });
});

// Somebody else's cluster has no switches for what follows.
if (controlPlane !== undefined) {
  const own = controlPlane;
  describe('the adapter of a real Kubernetes API, on a control plane of our own', () => {
    test('starts a list again whose pages the server has compacted away', async () => {
      const home = await withConfigMaps(12);
      let times = 0;
      const { kubeconfig } = await throughProxy(async () => {
        times += 1;
        if (times === 1) await own.expireContinueTokens();
      });
      const { reader } = await open(kubeconfig, { pageSize: 5 });
      const names = (await reader.list(ConfigMap, { namespace: home })).map(({ metadata }) => metadata.name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining(Array.from({ length: 12 }, (_, at) => `c-${at}`)));
      expect(times).toBeGreaterThan(1);
    });

    test('gives up a list that the server compacts away again and again', async () => {
      const home = await withConfigMaps(12);
      const { kubeconfig } = await throughProxy(async () => own.expireContinueTokens());
      const { reader } = await open(kubeconfig, { pageSize: 5 });
      await expect(reader.list(ConfigMap, { namespace: home })).rejects.toMatchObject({ reason: 'expired' });
    });

    test('does not wait for a server that has frozen, and goes on when it thaws', async () => {
      const home = await withConfigMaps(1);
      const { reader } = await open(kubeconfigs.admin, { requestMilliseconds: 500 });
      const read = async () => reader.need(ConfigMap, { namespace: home, name: 'c-0' });
      await read();
      await own.pause();
      try {
        await expectCannotRead(read(), 'timeout', /did not answer within 0\.5 seconds/);
      } finally {
        await own.resume();
      }
      const thawed = await eventually(async () => read().catch(() => undefined), 'the server answers again');
      expect(thawed.metadata.name).toBe('c-0');
    });

    test('says that the server is gone while it is, and finds it again after its restart', async () => {
      const home = await withConfigMaps(1);
      const { reader } = await open(kubeconfigs.admin);
      const read = async () => reader.need(ConfigMap, { namespace: home, name: 'c-0' });
      await read();
      await own.kill();
      await expectCannotRead(read(), 'unreachable', /nothing listens/);
      await own.restart();
      expect(await read()).toMatchObject({ metadata: { name: 'c-0' } });
    });

    test('leaves nothing but reads and dry runs in the audit log before a change is approved', async () => {
      const home = await withConfigMaps(1);
      const { reader, writer } = await open(kubeconfigs.admin);
      const { metadata } = await reader.need(ConfigMap, { namespace: home, name: 'c-0' });
      const { uid, resourceVersion, name } = metadata;
      const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: home, name };
      const change = {
        change: 'patch-object',
        ...object,
        uid,
        resourceVersion,
        patch: { data: { key: 'x' } },
      } as const;
      await writer?.dryRun(change);
      const before = await asked(home);
      expect(before.filter(({ verb }) => verb !== 'get').map(({ verb, requestURI }) => [verb, requestURI])).toEqual([
        ['patch', expect.stringMatching(/[?&]dryRun=All(&|$)/)],
      ]);
      await writer?.apply(approved(change), 0);
      const made = (await asked(home)).slice(before.length);
      expect(made.map(({ verb, requestURI }) => [verb, requestURI])).toEqual([
        ['patch', expect.stringMatching(/fieldManager=cluster-triage(&|$)/)],
      ]);
      expect(made[0]?.requestURI).not.toContain('dryRun');
    });

    test('deletes a pod of a Deployment once, and another becomes ready in its place', async () => {
      const home = uniqueName('real');
      await admin.apply([namespace(home), deployment(home, 'web', 2)]);
      ends.push(async () => admin.remove(namespace(home)));
      const { reader, writer } = await open(kubeconfigs.admin);
      const running = async () => {
        const pods = await reader.list(Pod, { namespace: home, labels: 'app=web', fields: 'status.phase=Running' });
        return pods.length === 2 ? pods : undefined;
      };
      const [pod] = await eventually(running, 'two pods run');
      if (pod === undefined) throw new Error('Two pods run, and the first is not there.');
      const { name, uid } = pod.metadata;
      await writer?.apply(approved({ change: 'delete-pod', namespace: home, name, uid }), 0);
      const after = await eventually(async () => {
        const pods = await running();
        return pods?.every(({ metadata }) => metadata.uid !== uid) === true ? pods : undefined;
      }, 'another pod runs in its place');
      expect(after).toHaveLength(2);
      expect(await reader.need(Deployment, { namespace: home, name: 'web' })).toMatchObject({ spec: { replicas: 2 } });
      const deletions = (await asked(home)).filter(({ verb }) => verb === 'delete');
      expect(deletions).toHaveLength(1);
    });

    type Line = { verb: string; requestURI: string; userAgent: string; objectRef?: { namespace?: string } };

    /** What the product asked for in a namespace, oldest first. */
    async function asked(home: string): Promise<Line[]> {
      return audited<Line>(
        own,
        ({ userAgent, objectRef }) => userAgent === 'cluster-triage' && objectRef?.namespace === home,
      );
    }
  });
}
