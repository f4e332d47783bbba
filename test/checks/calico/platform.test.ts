import { describe, expect, test } from '@jest/globals';
import { calico } from '../../../playbooks/platform/calico.ts';
import type { World } from '../../../src/core/world.ts';
import { loadWorld, openCluster } from '../worlds.ts';

async function detected(world: string | World) {
  return calico.detect(
    openCluster(typeof world === 'string' ? loadWorld(`calico/stale-watch/${world}`) : world).reader,
  );
}

function information(spec: Record<string, unknown>) {
  const kind = { apiVersion: 'crd.projectcalico.org/v1', kind: 'ClusterInformation', metadata: { name: 'default' } };
  const world = loadWorld('calico/stale-watch/digest-only');
  return { ...world, objects: [...world.objects, { ...kind, spec }] };
}

describe('Calico', () => {
  test.each([
    ['all-quiet', { namespace: 'kube-system', version: 'v3.22.0' }],
    ['operator', { namespace: 'calico-system', version: 'v3.22.0' }],
    ['canal', { namespace: 'kube-system', version: 'v3.21.4' }],
    ['digest-only', { namespace: 'kube-system' }],
    ['daemonset-gone', { namespace: 'kube-system', version: 'v3.22.1' }],
    ['not-installed', undefined],
  ])('is found by its node agent: %s', async (world, expected) => {
    expect(await detected(world)).toEqual(expected);
  });

  test('tells its version in its ClusterInformation when the image does not', async () => {
    const version = 'v3.21.2';
    expect(await detected(information({ calicoVersion: version, variant: 'Calico' }))).toMatchObject({ version });
  });

  test('of the Enterprise kind counts its versions differently, so its version is not known', async () => {
    const spec = { calicoVersion: 'v3.21.2', variant: 'TigeraSecureEnterprise' };
    expect(await detected(information(spec))).toEqual({ namespace: 'kube-system' });
  });

  test('is found without a version when its ClusterInformation may not be read', async () => {
    const denied = [{ verb: 'get' as const, resource: 'clusterinformations.crd.projectcalico.org' }];
    expect(await detected({ ...loadWorld('calico/stale-watch/digest-only'), denied })).toEqual({
      namespace: 'kube-system',
    });
  });

  test('is neither found nor not found when DaemonSets may not be listed', async () => {
    const denied = [{ verb: 'list' as const, resource: 'daemonsets.apps' }];
    await expect(detected({ ...loadWorld('calico/stale-watch/all-quiet'), denied })).rejects.toThrow(/daemonsets/);
  });
});
