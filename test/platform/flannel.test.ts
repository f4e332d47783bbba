import { describe, expect, test } from '@jest/globals';
import { canal } from '../../playbooks/platform/canal.ts';
import { flannel } from '../../playbooks/platform/flannel.ts';
import { loadWorld, openCluster } from '../checks/worlds.ts';

const detected = async (world: string) => {
  const { reader } = openCluster(loadWorld(`canal/pod-cidr-mismatch/${world}`));
  return { canal: await canal.detect(reader), flannel: await flannel.detect(reader) };
};

describe('canal', () => {
  test('is where flanneld and the agent of Calico share a pod, with the version of flanneld', async () => {
    expect(await detected('default-network')).toEqual({
      canal: { namespace: 'kube-system', version: 'v0.15.1' },
      flannel: undefined,
    });
  });

  test('is found under the names of RKE2 too, with the build number of its image', async () => {
    expect((await detected('rke2')).canal).toEqual({ namespace: 'kube-system', version: 'v0.16.1-build20220119' });
  });

  test('is found without a version when the image tells none', async () => {
    expect((await detected('unknown-version')).canal).toEqual({ namespace: 'kube-system' });
  });
});

describe('flannel', () => {
  test('is found alone, in its old namespace and its new one', async () => {
    expect(await detected('refused-with-full-stop')).toEqual({
      canal: undefined,
      flannel: { namespace: 'kube-system', version: 'v0.18.0' },
    });
    expect((await detected('owned-by-helm')).flannel).toEqual({ namespace: 'kube-flannel', version: 'v0.15.1' });
  });

  test('is found by its pods where its DaemonSet is gone', async () => {
    expect((await detected('few-objects')).flannel).toEqual({ namespace: 'kube-flannel', version: 'v0.25.2' });
  });

  test('is found inside K3s by what it leaves on the nodes', async () => {
    expect(await detected('k3s')).toEqual({ canal: undefined, flannel: { namespace: 'kube-system' } });
  });

  test('is not found where nothing runs it', async () => {
    expect(await detected('not-installed')).toEqual({ canal: undefined, flannel: undefined });
  });
});
