import { describe, expect, test } from '@jest/globals';
import { kubeOvn } from '../../playbooks/platform/kube-ovn.ts';
import { kubeVirt } from '../../playbooks/platform/kubevirt.ts';
import type { World } from '../../src/core/world.ts';
import { loadWorld, openCluster } from './worlds.ts';

const worlds = 'kube-ovn/subnet-not-ready';

async function detected(world: string | World) {
  return kubeOvn.detect(openCluster(typeof world === 'string' ? loadWorld(`${worlds}/${world}`) : world).reader);
}

describe('kube-ovn', () => {
  test('is found with the version of its image, in whatever namespace', async () => {
    expect(await detected('all-ready')).toEqual({ namespace: 'kube-system', version: 'v1.9.8' });
    expect(await detected('lease-lock')).toEqual({ namespace: 'cozy-kubeovn', version: 'v1.9.20' });
  });

  test('tells its version in its start banner when the image does not', async () => {
    expect(await detected('version-from-banner')).toEqual({ namespace: 'kube-system', version: 'v1.9.8' });
  });

  test('is found without a version when nothing tells it, or the log may not be read', async () => {
    expect(await detected('unknown-version')).toEqual({ namespace: 'kube-system' });
    const world = loadWorld(`${worlds}/version-from-banner`);
    expect(await detected({ ...world, denied: [{ verb: 'get', resource: 'pods/log' }] })).toEqual({
      namespace: 'kube-system',
    });
  });

  test('is not found where neither its Deployment, nor its pods, nor its subnets are', async () => {
    expect(await detected('not-installed')).toBeUndefined();
  });

  test('is found by the pods of its controller, or of its agent, where the Deployment is not', async () => {
    expect(await detected('pods-only')).toEqual({ namespace: 'ovn-system', version: 'v1.9.8' });
    const world = loadWorld(`${worlds}/pods-only`);
    const agents = world.objects.map(({ metadata, ...object }) => {
      const isController = metadata.name.startsWith('kube-ovn-controller');
      return { ...object, metadata: isController ? { ...metadata, labels: { app: 'kube-ovn-cni' } } : metadata };
    });
    expect(await detected({ ...world, objects: agents })).toEqual({ namespace: 'ovn-system', version: 'v1.9.8' });
  });

  test('is neither found nor not found where it has subnets, but nothing of it runs', async () => {
    await expect(detected('nothing-runs')).rejects.toThrow(/has 2 subnets here, but there is neither/);
  });

  test('is neither found nor not found when Deployments may not be listed', async () => {
    const world = loadWorld(`${worlds}/all-ready`);
    const denied = [{ verb: 'list' as const, resource: 'deployments.apps' }];
    await expect(detected({ ...world, denied })).rejects.toThrow(/deployments/);
  });
});

describe('KubeVirt', () => {
  test('is found by its installation object, with the version its operator observed', async () => {
    const world = loadWorld(`${worlds}/all-ready`);
    const installation = {
      apiVersion: 'kubevirt.io/v1',
      kind: 'KubeVirt',
      metadata: { name: 'kubevirt', namespace: 'kubevirt' },
      status: { observedKubeVirtVersion: 'v1.3.1' },
    };
    const { reader } = openCluster({ ...world, objects: [...world.objects, installation] });
    expect(await kubeVirt.detect(reader)).toEqual({ namespace: 'kubevirt', version: 'v1.3.1' });
  });

  test('is not found where the cluster does not know its kind', async () => {
    expect(await kubeVirt.detect(openCluster(loadWorld(`${worlds}/all-ready`)).reader)).toBeUndefined();
  });
});
