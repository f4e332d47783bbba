import { describe, expect, test } from '@jest/globals';
import { portsOf, runningOn } from '../../../playbooks/facts/kube-ovn/address-claims.ts';
import { networksOf } from '../../../playbooks/facts/kube-ovn/pod-networks.ts';
import { IpShape } from '../../../playbooks/kinds/kube-ovn-addresses.ts';
import { PodShape } from '../../../playbooks/kinds/kubernetes.ts';

const now = new Date('2026-01-05T10:00:00Z');
const given = (address: string, provider = 'ovn') => ({
  [`${provider}.kubernetes.io/allocated`]: 'true',
  [`${provider}.kubernetes.io/logical_switch`]: 'web',
  [`${provider}.kubernetes.io/ip_address`]: address,
});

function pod(name: string, annotations: Record<string, string>, more: Record<string, unknown> = {}) {
  const { spec, status, ...metadata } = more;
  return PodShape.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', annotations, ...metadata },
    spec: { containers: [], ...(spec as object) },
    status: { phase: 'Running', ...(status as object) },
  });
}

function object(name: string, v4IpAddress: string, metadata: Record<string, unknown> = {}) {
  return IpShape.parse({
    apiVersion: 'kubeovn.io/v1',
    kind: 'IP',
    metadata: { name, ...metadata },
    spec: { subnet: 'web', podName: name.split('.')[0], namespace: 'shop', v4IpAddress },
  });
}

describe('the ports of a cluster', () => {
  test('join what annotation, kubelet and IP object say about one pod', () => {
    const ports = portsOf(
      [pod('cart', given('10.0.0.9'), { status: { podIP: '10.0.0.9' } })],
      [object('cart.shop', '10.0.0.9')],
      now,
    );
    expect([...(ports.get('cart.shop')?.claims ?? [])]).toEqual([
      ['10.0.0.9', new Set(['annotation', 'status', 'IP object'])],
    ]);
  });

  test('give a further network a port of its own, which the kubelet says nothing of', () => {
    const two = pod(
      'cart',
      { ...given('10.0.0.9'), ...given('10.1.0.9', 'attach.shop.ovn') },
      { status: { podIP: '10.0.0.9' } },
    );
    const ports = portsOf([two], [], now);
    expect([...ports.keys()]).toEqual(['cart.shop', 'cart.shop.attach.shop.ovn']);
    expect([...(ports.get('cart.shop.attach.shop.ovn')?.claims.keys() ?? [])]).toEqual(['10.1.0.9']);
  });

  test('are shared by both launchers of a machine', () => {
    const launcher = (name: string) => pod(name, { ...given('10.0.0.9'), 'ovn.kubernetes.io/virtualmachine': 'db' });
    const ports = portsOf([launcher('one'), launcher('two')], [], now);
    expect([...ports.keys()]).toEqual(['db.shop']);
    expect(runningOn(ports.get('db.shop') ?? portsOf([], [], now).get('') ?? raise())).toHaveLength(2);
  });

  test('have no claim from a pod that ended, or from an object that is being deleted', () => {
    const ended = pod('cart', given('10.0.0.9'), { spec: { restartPolicy: 'Never' }, status: { phase: 'Succeeded' } });
    const ports = portsOf(
      [ended],
      [object('cart.shop', '10.0.0.9', { deletionTimestamp: '2026-01-05T09:59:00Z' })],
      now,
    );
    expect(ports.get('cart.shop')?.claims.size).toBe(0);
    expect(ports.get('cart.shop')?.pods).toHaveLength(1);
  });

  test('have no claim from what was only asked for', () => {
    const { 'ovn.kubernetes.io/allocated': _allocated, ...asked } = given('10.0.0.9');
    expect(portsOf([pod('cart', asked)], [], now).size).toBe(0);
  });
});

test('a pod on the host’s network has no network of kube-ovn, whatever its annotations say', () => {
  expect(networksOf(pod('agent', given('10.0.0.9'), { spec: { hostNetwork: true } }))).toEqual([]);
});

function raise(): never {
  throw new TypeError('there is no such port');
}
