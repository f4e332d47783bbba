import { describe, expect, test } from '@jest/globals';
import { portsOf } from '../../../playbooks/facts/kube-ovn/address-claims.ts';
import { holderIndex, sayHolder } from '../../../playbooks/facts/kube-ovn/holders.ts';
import { IpShape, VipShape } from '../../../playbooks/kinds/kube-ovn-addresses.ts';
import { NodeShape, PodShape } from '../../../playbooks/kinds/kubernetes.ts';
import { VirtualMachineShape } from '../../../playbooks/kinds/kubevirt.ts';
import { StatefulSetShape } from '../../../playbooks/kinds/workloads.ts';

const now = new Date('2026-01-05T10:00:00Z');
const named = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
const annotations = {
  'ovn.kubernetes.io/allocated': 'true',
  'ovn.kubernetes.io/ip_address': '10.0.0.9',
  'ovn.kubernetes.io/logical_switch': 'web',
};
const pods = [
  PodShape.parse({
    ...named('v1', 'Pod', 'cart.v2', 'shop'),
    metadata: { name: 'cart.v2', namespace: 'shop', annotations },
    spec: {},
    status: { phase: 'Running' },
  }),
  PodShape.parse({
    ...named('v1', 'Pod', 'report', 'shop'),
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Succeeded' },
  }),
  PodShape.parse({
    ...named('v1', 'Pod', 'virt-launcher-db-x2k9z', 'vms'),
    metadata: { name: 'virt-launcher-db-x2k9z', namespace: 'vms' },
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Succeeded' },
  }),
  PodShape.parse({
    ...named('v1', 'Pod', 'virt-launcher-erp-7q2mn', 'vms'),
    metadata: {
      name: 'virt-launcher-erp-7q2mn',
      namespace: 'vms',
      annotations: { ...annotations, 'ovn.kubernetes.io/virtualmachine': 'erp' },
      ownerReferences: [{ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', name: 'erp' }],
    },
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Succeeded' },
  }),
];
const objects = [
  IpShape.parse({
    ...named('kubeovn.io/v1', 'IP', 'later.shop'),
    metadata: { name: 'later.shop', labels: { 'ovn.kubernetes.io/ip_reserved': 'true' } },
    spec: { podName: 'later', namespace: 'shop', subnet: 'web' },
  }),
  IpShape.parse({
    ...named('kubeovn.io/v1', 'IP', 'db.vms.further.vms.ovn'),
    spec: { podName: 'virt-launcher-db-x2k9z', namespace: 'vms', subnet: 'web' },
  }),
];
const holderOf = holderIndex({
  ports: portsOf(pods, objects, now),
  pods,
  machines: [
    VirtualMachineShape.parse({
      ...named('kubevirt.io/v1', 'VirtualMachine', 'db', 'vms'),
      status: { printableStatus: 'Stopped' },
    }),
  ],
  sets: [
    StatefulSetShape.parse({
      ...named('apps/v1', 'StatefulSet', 'ledger', 'shop'),
      spec: { replicas: 2, template: { spec: { containers: [] } } },
    }),
  ],
  nodes: [NodeShape.parse(named('v1', 'Node', 'worker-1'))],
  vips: [VipShape.parse(named('kubeovn.io/v1', 'Vip', 'frontend.web'))],
});

describe('the holder of a logical port', () => {
  test.each([
    ['cart.v2.shop', 'alive', /running Pod shop\/cart\.v2/],
    ['db.vms', 'stopped-machine', /vms\/db, which is stopped/],
    ['db.vms.attach.vms.ovn', 'stopped-machine', /vms\/db/],
    // Its IP object names the machine's last pod, which has ended.
    ['db.vms.further.vms.ovn', 'stopped-machine', /vms\/db, which is stopped/],
    // Only its last pod tells of the machine.
    ['erp.vms', 'stopped-machine', /vms\/erp, which is not running/],
    ['ledger-1.shop', 'stateful-set', /StatefulSet shop\/ledger, which keeps its address$/],
    ['ledger-2.shop', 'stateful-set', /while it is scaled down/],
    ['report.shop', 'ended', /Pod shop\/report, which has ended/],
    ['later.shop', 'reserved', /the reservation later\.shop/],
    ['node-worker-1', 'node', /node worker-1/],
    ['u2o-interconnection.vpc.web', 'infrastructure', /underlay and overlay/],
    ['mcast-querier.web', 'infrastructure', /multicast/],
    ['localnet.web', 'infrastructure', /physical network/],
    ['web-ovn-cluster', 'infrastructure', /port web-ovn-cluster of OVN itself/],
    ['frontend.web', 'infrastructure', /Vip frontend\.web/],
    ['gone-1.shop', 'gone', /port gone-1\.shop, whose owner is gone/],
  ])('%s is %s', (port, is, says) => {
    const holder = holderOf(port);
    expect(holder.is).toBe(is);
    expect(sayHolder(holder, port)).toMatch(says);
  });
});
