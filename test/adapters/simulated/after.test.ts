import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Change } from '../../../src/core/change.ts';
import { defineKind, objectWith } from '../../../src/core/kind.ts';
import { ConfigMap, Pod } from '../../contracts/cluster/objects.ts';
import { podLine, running } from './fixtures.ts';

const Subnet = defineKind({
  name: 'Subnet',
  plural: 'subnets',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: objectWith({ status: z.object({ ready: z.string(), since: z.string().optional() }) }),
});

const Lease = defineKind({
  name: 'Lease',
  plural: 'leases',
  apiVersions: ['coordination.k8s.io/v1'],
  namespaced: true,
  schema: objectWith({ spec: z.object({ holderIdentity: z.string(), renewTime: z.string() }) }),
});

const subnet = (ready: string, since = '2026-01-05T09:00:00Z') =>
  `{ apiVersion: kubeovn.io/v1, kind: Subnet, metadata: { name: blue, uid: blue-1 }, status: { ready: '${ready}', since: '${since}' } }`;

const replicaSet = 'kind: ReplicaSet, name: web-6c';

describe('what a world answers to a change', () => {
  const healing = `objects:
  - ${subnet('False')}
${podLine('leader', replicaSet)}${podLine('other', replicaSet)}after:
  - when: { change: delete-pod, name: leader }
    within: 20s
    objects:
      - ${subnet('True', '2026-01-05T10:00:20Z')}
    remove: [{ kind: Pod, namespace: shop, name: leader }]
    logs:
      - { pod: shop/other, container: main, lines: ['2026-01-05T10:00:20.5Z became leader'] }
`;

  test('shows after its time, and not before', async () => {
    const { reader, clock, deletePod, pods } = running(healing);
    await deletePod('leader');
    clock.advance(19_999);
    expect(await reader.need(Subnet, { name: 'blue' })).toMatchObject({ status: { ready: 'False' } });
    expect((await pods()).map(({ metadata }) => metadata.name)).toEqual(['leader', 'other']);
    clock.advance(1);
    const healed = await reader.need(Subnet, { name: 'blue' });
    expect(healed).toMatchObject({ metadata: { uid: 'blue-1' }, status: { ready: 'True' } });
    expect((await pods()).map(({ metadata }) => metadata.name)).toEqual(['other']);
  });

  test('shows a pod as stopping until then, with the next resourceVersion', async () => {
    const { reader, deletePod } = running(healing);
    const before = await reader.need(Pod, { namespace: 'shop', name: 'leader' });
    await deletePod('leader');
    const after = await reader.need(Pod, { namespace: 'shop', name: 'leader' });
    expect(after.metadata.deletionTimestamp).toEqual(new Date('2026-01-05T10:00:30Z'));
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
  });

  test('moves its times along when the change is made later than the world began', async () => {
    const { reader, clock, deletePod } = running(healing);
    clock.advance(300_000);
    await deletePod('leader');
    clock.advance(20_000);
    expect(await reader.need(Subnet, { name: 'blue' })).toMatchObject({ status: { since: '2026-01-05T10:05:20Z' } });
    const log = await reader.logs({ namespace: 'shop', pod: 'other', container: 'main' });
    expect(log?.lines).toEqual([{ at: new Date('2026-01-05T10:05:20.500Z'), text: 'became leader' }]);
  });

  test('comes only to a change that it matches in every field it names', async () => {
    const { reader, clock, deletePod } = running(healing);
    await deletePod('other');
    clock.advance(60_000);
    expect(await reader.need(Subnet, { name: 'blue' })).toMatchObject({ status: { ready: 'False' } });
  });

  test('matches a part of a patch, and happens on top of it', async () => {
    const { reader, clock, apply } = running(`objects:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: flags, namespace: shop }, data: { mode: slow, kept: 'yes' } }
  - ${subnet('False')}
after:
  - when: { change: patch-object, patch: { data: { mode: fast } } }
    within: 1m
    objects: [${subnet('True')}]
`);
    const { metadata } = await reader.need(ConfigMap, { namespace: 'shop', name: 'flags' });
    const { uid, resourceVersion } = metadata;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: 'shop', name: 'flags' };
    const patch = { data: { mode: 'fast', note: 'x' } };
    await apply({ change: 'patch-object', ...object, uid, resourceVersion, patch });
    const patched = await reader.need(ConfigMap, { namespace: 'shop', name: 'flags' });
    expect(patched.data).toEqual({ mode: 'fast', kept: 'yes', note: 'x' });
    clock.advance(60_000);
    expect(await reader.need(Subnet, { name: 'blue' })).toMatchObject({ status: { ready: 'True' } });
  });

  test('lets several answers to one change happen, each in its time', async () => {
    const { reader, clock, deletePod } = running(`objects:
  - ${subnet('False')}
${podLine('leader')}after:
  - { when: { change: delete-pod }, within: 10s, objects: [${subnet('Unknown')}] }
  - { when: { change: delete-pod }, within: 30s, objects: [${subnet('True')}] }
`);
    await deletePod('leader');
    const ready = async () => (await reader.need(Subnet, { name: 'blue' })).status.ready;
    clock.advance(10_000);
    expect(await ready()).toBe('Unknown');
    clock.advance(20_000);
    expect(await ready()).toBe('True');
  });

  test('heals by itself where an answer names no change', async () => {
    const { reader, clock } = running(`objects: [${subnet('False')}]
after:
  - { within: 90s, objects: [${subnet('True', '2026-01-05T10:01:30Z')}] }
`);
    expect(await reader.need(Subnet, { name: 'blue' })).toMatchObject({ status: { ready: 'False' } });
    await clock.sleep(90_000);
    const healed = await reader.need(Subnet, { name: 'blue' });
    expect(healed.status).toEqual({ ready: 'True', since: '2026-01-05T10:01:30Z' });
  });
});

describe('what a world does with a change that nothing answers', () => {
  const ready = { status: { phase: 'Running' } };

  test('lets a pod of a ReplicaSet come back ready under another name', async () => {
    const { clock, deletePod, pods } = running(`objects:\n${podLine('web-6c-x1', replicaSet)}`);
    await deletePod('web-6c-x1');
    clock.advance(1500);
    expect((await pods()).map(({ status }) => status.phase)).toEqual(expect.arrayContaining(['Running', 'Pending']));
    clock.advance(10_000);
    const [back, ...others] = await pods();
    expect(others).toEqual([]);
    expect(back).toMatchObject({ ...ready, spec: { nodeName: 'node-1' }, metadata: { labels: { app: 'web' } } });
    expect(back?.metadata.name).toMatch(/^web-6c-[a-z0-9]{5}$/);
    expect(back?.metadata.creationTimestamp).toEqual(new Date('2026-01-05T10:00:01Z'));
  });

  test('lets a pod of a StatefulSet come back under its name with another uid, and with an empty log', async () => {
    const { clock, reader, deletePod } = running(`objects:
${podLine('web-0', 'kind: StatefulSet, name: web')}logs:
  - { pod: shop/web-0, container: main, lines: ['2026-01-05T09:00:00Z old'] }
`);
    const name = { namespace: 'shop', name: 'web-0' };
    const before = await reader.need(Pod, name);
    await deletePod('web-0');
    clock.advance(2500);
    expect(await reader.find(Pod, name)).toBeUndefined();
    clock.advance(10_000);
    const after = await reader.need(Pod, name);
    expect(after).toMatchObject(ready);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(await reader.logs({ namespace: 'shop', pod: 'web-0', container: 'main' })).toBeUndefined();
  });

  test('lets a pod of a DaemonSet come back on its node under another name', async () => {
    const { clock, deletePod, pods } = running(`objects:\n${podLine('cni-a', 'kind: DaemonSet, name: cni')}`);
    await deletePod('cni-a');
    clock.advance(10_000);
    expect(await pods()).toMatchObject([{ ...ready, spec: { nodeName: 'node-1' } }]);
    expect((await pods())[0]?.metadata.name).toMatch(/^cni-[a-z0-9]{5}$/);
  });

  test('keeps a bare pod gone', async () => {
    const { clock, deletePod, pods } = running(`objects:\n${podLine('web-0')}`);
    await deletePod('web-0');
    clock.advance(60_000);
    expect(await pods()).toEqual([]);
  });

  test('keeps a pod with a finalizer, stopping for ever', async () => {
    const pod = podLine('web-0', replicaSet, ', finalizers: [shop.example.com/drain]');
    const { clock, deletePod, pods } = running(`objects:\n${pod}`);
    await deletePod('web-0');
    clock.advance(600_000);
    expect((await pods()).find(({ metadata }) => metadata.name === 'web-0')?.metadata.deletionTimestamp).toBeDefined();
  });

  test('starts no pod for a workload that is scaled to none', async () => {
    const { clock, deletePod, pods } = running(`objects:
  - { apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: web-6c, namespace: shop }, spec: { replicas: 0 } }
${podLine('web-6c-x1', replicaSet)}`);
    await deletePod('web-6c-x1');
    clock.advance(60_000);
    expect(await pods()).toEqual([]);
  });

  test('takes what an object owned along with it', async () => {
    const { clock, reader, apply, pods } = running(`objects:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: owner, namespace: shop, uid: own-1, resourceVersion: '7' } }
${podLine('web-0', 'kind: Other, name: owner, uid: own-1')}`);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: 'shop', name: 'owner' };
    await apply({ change: 'delete-object', ...object, uid: 'own-1', resourceVersion: '7' });
    expect(await reader.find(ConfigMap, { namespace: 'shop', name: 'owner' })).toBeUndefined();
    clock.advance(10_000);
    expect(await pods()).toEqual([]);
  });

  test('allows the next eviction when the evicted pod is back', async () => {
    const budget = `  - { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: keep, namespace: shop },
      spec: { minAvailable: 50%, selector: { matchLabels: { app: web } } } }\n`;
    const { clock, pods, apply } = running(
      `objects:\n${podLine('web-6c-x1', replicaSet)}${podLine('web-6c-x2', replicaSet)}${budget}`,
    );
    const [first, second] = (await pods()).map(({ metadata: { name, uid } }): Change => {
      return { change: 'evict-pod', namespace: 'shop', name, uid };
    });
    if (first === undefined || second === undefined) throw new Error('There should be two pods.');
    await apply(first);
    await expect(apply(second)).rejects.toMatchObject({ reason: 'blocked' });
    clock.advance(10_000);
    await apply(second);
    clock.advance(10_000);
    expect(await pods()).toHaveLength(2);
  });
});

describe('the locks of a world', () => {
  const lease = (renewed: string) =>
    `  - { apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: { name: lock, namespace: shop },
      spec: { holderIdentity: web-0, leaseDurationSeconds: 15, renewTime: '${renewed}' } }\n`;
  const renewedAt = async ({ reader }: ReturnType<typeof running>) =>
    new Date((await reader.need(Lease, { namespace: 'shop', name: 'lock' })).spec.renewTime).toISOString();

  test('are renewed while their holder is there', async () => {
    const world = running(`objects:\n${lease('2026-01-05T09:59:58.000000Z')}${podLine('web-0')}`);
    expect(await renewedAt(world)).toBe('2026-01-05T09:59:58.000Z');
    world.clock.advance(3_600_000);
    expect(await renewedAt(world)).toBe('2026-01-05T10:59:58.000Z');
  });

  test('go stale when their holder is gone', async () => {
    const world = running(`objects:\n${lease('2026-01-05T09:59:58.000000Z')}${podLine('web-0')}`);
    world.clock.advance(60_000);
    await world.deletePod('web-0');
    world.clock.advance(60_000);
    expect(await renewedAt(world)).toBe('2026-01-05T10:01:00.000Z');
  });

  test('stay stale when they were', async () => {
    const world = running(`objects:\n${lease('2026-01-05T09:50:00.000000Z')}${podLine('web-0')}`);
    world.clock.advance(60_000);
    expect(await renewedAt(world)).toBe('2026-01-05T09:50:00.000Z');
  });
});
