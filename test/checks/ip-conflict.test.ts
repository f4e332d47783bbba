import { describe, expect, test } from '@jest/globals';
import { ipConflict } from '../../playbooks/ip-conflict.ts';
import { loadWorld, runOn } from './worlds.ts';

async function codesOf(world: string) {
  const { findings } = await runOn(loadWorld(world), ipConflict);
  return findings.map(({ code, causedBy }) => [code, causedBy] as const);
}

describe('the playbook ip-conflict', () => {
  test('puts the API server above the change of leader, and that above the address with two owners', async () => {
    expect(await codesOf('kube-ovn/address-conflict/stress-test')).toEqual([
      ['kube-ovn/apiserver-timeouts', []],
      ['kube-ovn/controller-leadership', ['kube-ovn/apiserver-timeouts']],
      ['kube-ovn/address-conflict', ['kube-ovn/controller-leadership']],
    ]);
  });

  test('puts the address with two owners above the MAC address that the same two pods share', async () => {
    expect(await codesOf('kube-ovn/mac-conflict/with-its-address')).toEqual([
      ['kube-ovn/apiserver-timeouts', []],
      ['kube-ovn/controller-leadership', ['kube-ovn/apiserver-timeouts']],
      ['kube-ovn/address-conflict', ['kube-ovn/controller-leadership']],
      ['kube-ovn/mac-conflict', ['kube-ovn/address-conflict']],
    ]);
  });

  test('puts what belongs to nobody above the subnet that is full of it', async () => {
    expect(await codesOf('kube-ovn/addresses-exhausted/full-of-orphans')).toEqual([
      ['kube-ovn/leftover-switch-port', []],
      ['kube-ovn/addresses-exhausted', ['kube-ovn/leftover-switch-port']],
    ]);
  });

  test('puts the full subnet above the address that it gave out twice', async () => {
    expect(await codesOf('kube-ovn/address-conflict/exhaustion')).toEqual([
      ['kube-ovn/addresses-exhausted', []],
      ['kube-ovn/address-conflict', ['kube-ovn/addresses-exhausted']],
    ]);
  });

  test.each([
    ['kube-ovn/address-squatter/machine-cannot-start', 'kube-ovn/address-squatter'],
    ['kube-ovn/address-squatter/address-made-for-this-try', 'kube-ovn/address-conflict'],
    ['kube-ovn/vm-address-not-restored/machine-cannot-start', 'kube-ovn/vm-address-not-restored'],
    ['kube-ovn/vm-address-not-restored/machine-runs', 'kube-ovn/address-conflict'],
    ['kube-ovn/leftover-switch-port/object-and-port', 'kube-ovn/leftover-switch-port'],
    ['kube-ovn/external-address-conflict/own-card', 'kube-ovn/address-conflict'],
    ['kube-ovn/static-address-clash/scaled-down-given', 'kube-ovn/static-address-clash'],
    ['kube-ovn/special-address-conflict/given-the-gateway', 'kube-ovn/special-address-conflict'],
    ['workload/address-conflict/two-pods', 'workload/address-conflict'],
  ])('tells one cause for one pod that waits: %s', async (world, code) => {
    expect(await codesOf(world)).toEqual([[code, []]]);
  });
});
