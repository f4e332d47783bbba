import { expect } from '@jest/globals';
import type { Change } from '../../../src/core/change.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { approved } from '../approved.ts';
import { uniqueName } from './examinee.ts';
import { budget, ConfigMap, configMap, Gauge, gauge, namespace, Pod, PodDisruptionBudget, pod } from './objects.ts';
import { eventually, expectCannotChange, type Prepare, questions, writerOf } from './question.ts';

const otherUid = '00000000-0000-4000-8000-000000000000';

async function withPods(prepare: Prepare, minAvailable: number) {
  const home = uniqueName('exam');
  const labels = { app: 'web' };
  const examinee = await prepare([
    namespace(home),
    pod(home, 'web-0', labels),
    pod(home, 'web-1', labels),
    budget(home, labels, minAvailable, 2 - minAvailable),
  ]);
  const cluster = await examinee.open({ identity: 'admin' });
  const { metadata } = await cluster.reader.need(Pod, { namespace: home, name: 'web-0' });
  return { home, cluster, target: { namespace: home, name: 'web-0', uid: metadata.uid } };
}

async function withConfigMap(prepare: Prepare) {
  const home = uniqueName('exam');
  const examinee = await prepare([namespace(home), configMap(home, 'one', { key: 'old' })]);
  const cluster = await examinee.open({ identity: 'admin' });
  const one = await cluster.reader.need(ConfigMap, { namespace: home, name: 'one' });
  const find = () => cluster.reader.find(ConfigMap, { namespace: home, name: 'one' });
  const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: home, name: 'one' };
  const { uid, resourceVersion } = one.metadata;
  const change = { change: 'delete-object', ...object, uid, resourceVersion } satisfies Change;
  return { cluster, one, find, change };
}

/** A pod that is asked to stop is gone once its kubelet says so; one of the same name may take its place. */
async function podGone(cluster: Cluster, target: { namespace: string; name: string; uid: string }): Promise<void> {
  await eventually(async () => {
    const found = await cluster.reader.find(Pod, target);
    return found === undefined || found.metadata.uid !== target.uid ? true : undefined;
  }, `pod ${target.name} is gone`);
}

export const removing = questions({
  'deletes exactly the pod that was seen': async (prepare) => {
    const { cluster, target } = await withPods(prepare, 2);
    await writerOf(cluster).apply(approved({ change: 'delete-pod', ...target, gracePeriodSeconds: 1 }), 0);
    await podGone(cluster, target);
    expect(await cluster.reader.find(Pod, { namespace: target.namespace, name: 'web-1' })).toBeDefined();
  },

  'leaves a pod alone that is not the one that was seen': async (prepare) => {
    const { cluster, target } = await withPods(prepare, 0);
    const deletion: Change = { change: 'delete-pod', ...target, uid: otherUid };
    const eviction: Change = { change: 'evict-pod', ...target, uid: otherUid };
    for (const change of [deletion, eviction]) {
      await expectCannotChange(writerOf(cluster).dryRun(change), 'moved');
      await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'moved');
    }
    const left = await cluster.reader.need(Pod, target);
    expect([left.metadata.uid, left.metadata.deletionTimestamp]).toEqual([target.uid, undefined]);
  },

  'says that the object moved when it is gone': async (prepare) => {
    const { cluster, target } = await withPods(prepare, 0);
    const gone = { ...target, name: 'web-9' };
    await expectCannotChange(writerOf(cluster).dryRun({ change: 'delete-pod', ...gone }), 'moved');
    await expectCannotChange(writerOf(cluster).apply(approved({ change: 'delete-pod', ...gone }), 0), 'moved');
    await expectCannotChange(writerOf(cluster).apply(approved({ change: 'evict-pod', ...gone }), 0), 'moved');
  },

  'deletes an object whose uid and resourceVersion are those that were seen': async (prepare) => {
    const { cluster, find, change } = await withConfigMap(prepare);
    await writerOf(cluster).apply(approved(change), 0);
    expect(await find()).toBeUndefined();
    await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'moved');
  },

  'leaves an object alone whose uid or resourceVersion is another': async (prepare) => {
    const { cluster, one, find, change } = await withConfigMap(prepare);
    for (const moved of [{ uid: otherUid }, { resourceVersion: '1' }]) {
      await expectCannotChange(writerOf(cluster).dryRun({ ...change, ...moved }), 'moved');
      await expectCannotChange(writerOf(cluster).apply(approved({ ...change, ...moved }), 0), 'moved');
    }
    expect(await find()).toEqual(one);
  },

  'tries a deletion and an eviction without a trace': async (prepare) => {
    const { cluster, one, find, change } = await withConfigMap(prepare);
    const tried = await writerOf(cluster).dryRun(change);
    expect(tried).toMatchObject({ before: { data: { key: 'old' }, metadata: { name: 'one' } }, after: undefined });
    expect(await find()).toEqual(one);

    const pods = await withPods(prepare, 1);
    const { reader } = pods.cluster;
    const before = await reader.list(Pod, { namespace: pods.home });
    for (const change of ['delete-pod', 'evict-pod'] as const) {
      const tried = await writerOf(pods.cluster).dryRun({ change, ...pods.target });
      expect(tried).toMatchObject({ before: { kind: 'Pod', metadata: { uid: pods.target.uid } }, after: undefined });
    }
    const after = await reader.list(Pod, { namespace: pods.home });
    expect(after.map(({ metadata }) => [metadata.uid, metadata.deletionTimestamp])).toEqual(
      before.map(({ metadata }) => [metadata.uid, undefined]),
    );
    const [left] = await reader.list(PodDisruptionBudget, { namespace: pods.home });
    expect(left?.status.disruptionsAllowed).toBe(1);
  },

  'keeps an object that has a finalizer until the finalizer is taken away': async (prepare) => {
    const home = uniqueName('exam');
    const finalizers = ['exam.example.com/keep'];
    const examinee = await prepare([namespace(home), gauge(home, 'held', 1, { finalizers })]);
    const cluster = await examinee.open({ identity: 'admin' });
    const name = { namespace: home, name: 'held' };
    const seen = async () => {
      const { uid, resourceVersion } = (await cluster.reader.need(Gauge, name)).metadata;
      return { apiVersion: 'exam.example.com/v1', kind: 'Gauge', plural: 'gauges', ...name, uid, resourceVersion };
    };

    await writerOf(cluster).apply(approved({ change: 'delete-object', ...(await seen()) }), 0);
    const held = await cluster.reader.need(Gauge, name);
    expect(held.metadata).toMatchObject({ finalizers, deletionTimestamp: expect.any(Date) });

    const patch = { metadata: { finalizers: [] } };
    await writerOf(cluster).apply(approved({ change: 'patch-object', ...(await seen()), patch }), 0);
    expect(await cluster.reader.find(Gauge, name)).toBeUndefined();
  },

  'does not evict a pod that a PodDisruptionBudget keeps': async (prepare) => {
    const { cluster, target } = await withPods(prepare, 2);
    const change: Change = { change: 'evict-pod', ...target };
    const words = /disruption budget|PodDisruptionBudget/;
    await expectCannotChange(writerOf(cluster).dryRun(change), 'blocked', words);
    await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'blocked', words);
    const left = await cluster.reader.need(Pod, target);
    expect([left.metadata.uid, left.metadata.deletionTimestamp]).toEqual([target.uid, undefined]);
  },

  'evicts as many pods as a PodDisruptionBudget allows, and no more': async (prepare) => {
    const { cluster, home, target } = await withPods(prepare, 1);
    const other = (await cluster.reader.need(Pod, { namespace: home, name: 'web-1' })).metadata.uid;
    await writerOf(cluster).apply(approved({ change: 'evict-pod', ...target }), 0);
    const second: Change = { change: 'evict-pod', namespace: home, name: 'web-1', uid: other };
    await expectCannotChange(writerOf(cluster).apply(approved(second), 0), 'blocked');
    await podGone(cluster, target);
  },
});
