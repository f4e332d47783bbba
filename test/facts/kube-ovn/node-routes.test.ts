import { describe, expect, test } from '@jest/globals';
import { isRoutedOnNodes, nodesToRoute, routeCommands } from '../../../playbooks/facts/kube-ovn/node-routes.ts';
import { type Subnet, SubnetShape } from '../../../playbooks/kinds/kube-ovn.ts';
import { NodeShape } from '../../../playbooks/kinds/kubernetes.ts';

function subnet(spec: Partial<Subnet['spec']>, metadata: Record<string, unknown> = {}): Subnet {
  return SubnetShape.parse({
    apiVersion: 'kubeovn.io/v1',
    kind: 'Subnet',
    metadata: { name: 'web', ...metadata },
    spec: { vpc: 'ovn-cluster', cidrBlock: '10.33.0.0/16', ...spec },
  });
}

function node(address: string, gateway: string) {
  return NodeShape.parse({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'worker-1', annotations: { 'ovn.kubernetes.io/gateway': gateway } },
    status: { addresses: [{ type: 'InternalIP', address }] },
  });
}

describe('a subnet is routed on nodes', () => {
  test.each([
    ['of the default VPC', subnet({}), 'v1.9.8', true],
    ['of the default VPC, which very old objects do not name', subnet({ vpc: '' }), 'v1.9.8', true],
    ['of another VPC', subnet({ vpc: 'tenant-a' }), 'v1.14.4', false],
    ['that is being deleted', subnet({}, { deletionTimestamp: '2026-01-05T09:00:00Z' }), 'v1.9.8', false],
    ['with a VLAN', subnet({ vlan: 'vlan20' }), 'v1.14.4', false],
    ['with a VLAN and a logical gateway', subnet({ vlan: 'vlan20', logicalGateway: true }), 'v1.14.4', true],
    [
      'with a VLAN and a logical gateway, before v1.11',
      subnet({ vlan: 'vlan20', logicalGateway: true }),
      'v1.10.10',
      false,
    ],
    ['with a VLAN that reaches the overlay', subnet({ vlan: 'vlan20', u2oInterconnection: true }), 'v1.14.4', true],
    [
      'with a VLAN that reaches the overlay through a load balancer',
      subnet({ vlan: 'vlan20', u2oInterconnection: true, enableLb: true }),
      'v1.14.4',
      false,
    ],
  ])('%s', (_what, one, version, expected) => {
    expect(isRoutedOnNodes(one, 'ovn-cluster', version)).toBe(expected);
  });
});

test('a node whose own address lies in the subnet gets no route', () => {
  const [inside, outside] = [node('10.33.0.9', '100.64.0.1'), node('192.168.10.12', '100.64.0.1')];
  expect(nodesToRoute(subnet({}), [inside, outside])).toEqual([outside]);
});

describe('the commands that put routes back', () => {
  test('name block and gateway, one for each family', () => {
    const dual = subnet({ cidrBlock: '10.33.0.0/16,fd00:10:33::/112' });
    expect(routeCommands(dual, node('192.168.10.12', '100.64.0.1,fd00:100:64::1'))).toEqual([
      'ip route replace 10.33.0.0/16 via 100.64.0.1 dev ovn0',
      'ip -6 route replace fd00:10:33::/112 via fd00:100:64::1 dev ovn0',
    ]);
  });

  test('reach the join subnet directly, because it holds the gateway', () => {
    const join = subnet({ cidrBlock: '100.64.0.0/16' });
    expect(routeCommands(join, node('192.168.10.12', '100.64.0.1'))).toEqual([
      'ip route replace 100.64.0.0/16 dev ovn0 scope link',
    ]);
  });

  test.each(['100.64.0.1; reboot', '$(reboot)', ''])('are not given when the gateway is %j', (gateway) => {
    expect(routeCommands(subnet({}), node('192.168.10.12', gateway))).toBeUndefined();
  });

  test('are not given when the block is no address', () => {
    expect(
      routeCommands(subnet({ cidrBlock: '10.33.0.0/16`id`' }), node('192.168.10.12', '100.64.0.1')),
    ).toBeUndefined();
  });
});
