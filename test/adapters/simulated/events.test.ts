import { expect, test } from '@jest/globals';
import { Event } from '../../../playbooks/kinds/events.ts';
import { manualClock } from '../../../src/adapters/simulated/clock.ts';
import { openWorld } from '../../../src/adapters/simulated/open-world.ts';
import { readWorld } from '../../../src/adapters/simulated/read-world.ts';

const world = readWorld(
  `
now: 2026-01-05T10:00:00Z
title: Two Events in the shape of events.k8s.io
objects:
  - apiVersion: events.k8s.io/v1
    kind: Event
    metadata: {name: cart-7d.1881, namespace: shop}
    type: Warning
    reason: FailedCreatePodSandBox
    note: no address allocated to pod shop/cart-7d
    regarding: {kind: Pod, namespace: shop, name: cart-7d}
    reportingController: kubelet
    deprecatedSource: {component: kubelet, host: worker-1}
    deprecatedCount: 7
    deprecatedFirstTimestamp: 2026-01-05T09:50:00Z
    deprecatedLastTimestamp: 2026-01-05T09:59:00Z
  - apiVersion: events.k8s.io/v1beta1
    kind: Event
    metadata: {name: cart-7d.1882, namespace: shop}
    type: Warning
    reason: FailedScheduling
    note: no node is free
    regarding: {kind: Pod, namespace: shop, name: cart-7d}
    eventTime: 2026-01-05T09:51:00.000000Z
    series: {count: 3, lastObservedTime: 2026-01-05T09:58:00.000000Z}
`,
  'events.yaml',
);

test('serves Events that were written down in the shape of events.k8s.io as v1 does', async () => {
  const cluster = openWorld(world, { clock: manualClock(world.now), mode: 'observe' });
  const [counted, series] = await cluster.reader.list(Event, { fields: 'involvedObject.name=cart-7d' });
  expect(counted).toMatchObject({
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-7d' },
    reason: 'FailedCreatePodSandBox',
    message: 'no address allocated to pod shop/cart-7d',
    count: 7,
    lastTimestamp: new Date('2026-01-05T09:59:00Z'),
  });
  expect(series).toMatchObject({
    message: 'no node is free',
    count: 3,
    series: { lastObservedTime: new Date('2026-01-05T09:58:00Z') },
  });
});
