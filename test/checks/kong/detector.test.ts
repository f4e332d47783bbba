import { expect, test } from '@jest/globals';
import { kong } from '../../../playbooks/platform/kong.ts';
import type { World } from '../../../src/core/world.ts';
import { loadWorld, openCluster } from '../worlds.ts';

const worlds = 'kong/database-down';

async function detected(world: string | World) {
  return kong.detect(openCluster(typeof world === 'string' ? loadWorld(world) : world).reader);
}

test('is found with the version of its proxy, by the images of its Deployments', async () => {
  expect(await detected(`${worlds}/well`)).toEqual({ namespace: 'kong', version: '2.8.3' });
  expect(await detected(`${worlds}/no-proxy-ready`)).toEqual({ namespace: 'kong', version: '3.4.2' });
});

test('is found where it runs on every node, beside its controller', async () => {
  expect(await detected('ingress/class-mismatch/kong-on-every-node')).toEqual({ namespace: 'kong', version: '2.8.3' });
});

test('is found by its settings when a private registry renames the images', async () => {
  const world = loadWorld(`${worlds}/well`);
  const text = JSON.stringify(world.objects).replaceAll('kong:2.8.3', 'registry.example.com/edge/gateway@sha256:0a');
  expect(await detected({ ...world, objects: JSON.parse(text) as World['objects'] })).toEqual({ namespace: 'kong' });
});

test('is found in pods that no Deployment and no DaemonSet runs', async () => {
  expect(await detected(`${worlds}/in-pods-alone`)).toEqual({ namespace: 'kong', version: '2.8.3' });
});

test('is not found by the pod of a Job that ran its image', async () => {
  expect(await detected(`${worlds}/only-a-job-left`)).toBeUndefined();
});

test('is not found where nothing runs it', async () => {
  expect(await detected(`${worlds}/not-installed`)).toBeUndefined();
});

test('is neither found nor not found when Deployments may not be listed', async () => {
  const denied = [{ verb: 'list' as const, resource: 'deployments.apps' }];
  await expect(detected({ ...loadWorld(`${worlds}/well`), denied })).rejects.toThrow(/deployments/);
});
