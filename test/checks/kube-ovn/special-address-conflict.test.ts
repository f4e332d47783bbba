import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/special-address-conflict';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a pod with an address of the network', () => {
  test.each([
    ['gateway', /10\.33\.0\.1, which is the gateway of subnet web/],
    ['node-port', /100\.64\.0\.3, which is the port of node worker-1/],
    ['interconnection', /the router port between underlay and overlay of subnet floor-1/],
    ['virtual-address', /10\.33\.0\.60, which is the virtual address frontend/],
    ['two-pods-of-one-workload', /the external address eip-1.* 1 more pods of Deployment shop\/cart/],
  ])('is told whose address it has: %s', async (world, says) => {
    expect((await onlyFinding(world)).says).toMatch(says);
  });

  test('is evicted when another replica serves meanwhile and its template asks for nothing', async () => {
    const [offer] = (await onlyFinding('gateway')).remedies;
    expect(offer).toMatchObject({ id: 'kube-ovn/evict-pod', allowed: true });
  });

  test('is changed by a person when its template names the address', async () => {
    const { remedies } = await onlyFinding('gateway-in-template');
    expect(remedies.map(({ id }) => id)).toEqual(['kube-ovn/change-requested-address']);
    expect(remedies[0]?.steps.map(({ does }) => does).join(' ')).toMatch(/kubectl -n shop edit deployment cart/);
  });
});

test.each(['given-the-gateway', 'given-the-address-of-a-router-port'])(
  'finds a pod that was given such an address and waits: %s',
  async (world) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'warning', about: { kind: 'Deployment', name: 'checkout' } });
    expect(finding.remedies[0]?.id).toBe('kube-ovn/delete-waiting-pod');
  },
);

test.each([
  'carried-by-label',
  'carried-by-name',
  'gateway-of-another-vpc',
  'host-network',
  'load-balancer-rule',
  'router-port-of-eip',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
