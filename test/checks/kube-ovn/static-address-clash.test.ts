import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/static-address-clash';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('an address that a template names', () => {
  test.each([
    ['living-holder', /belongs to the running Pod shop\/cart-5d8f6c9b7-d7vkm.*controller does right to refuse/, 0.95],
    ['pool-taken', /1 more of Deployment shop\/checkout with it.*belongs to the running Pod/, 0.95],
    ['stopped-machine', /the virtual machine vms\/db-primary, which is stopped/, 0.9],
    ['scaled-down-asked', /an ordinal of StatefulSet shop\/ledger.*scaled down.*kept by design/, 0.9],
    ['reserved', /the reservation kept-for-later\.shop.*kept by design/, 0.9],
    ['out-of-range', /10\.34\.0\.9.*lies outside of the subnet/, 0.9],
    ['gateway', /10\.33\.0\.1.*the gateway of the subnet/, 0.9],
    ['node-address', /belongs to node worker-1/, 0.9],
  ])('belongs to another: %s', async (world, says, confidence) => {
    const finding = await onlyFinding(world);
    expect(finding.says).toMatch(says);
    expect(finding.confidence).toBe(confidence);
    expect(finding.about).toMatchObject({ kind: 'Deployment', name: 'checkout' });
  });

  test('is changed by the people who wrote it down', async () => {
    const { remedies } = await onlyFinding('living-holder');
    expect(remedies.map(({ how }) => how)).toEqual(['manual']);
  });
});

test('a pod that asked for nothing gets another address when it is deleted', async () => {
  const [offer] = (await onlyFinding('scaled-down-given')).remedies;
  expect(offer).toMatchObject({ id: 'kube-ovn/delete-waiting-pod', allowed: true });
});

test.each(['old-event', 'waits-only-briefly', 'given-what-was-asked-for', 'out-of-range-unasked'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);
