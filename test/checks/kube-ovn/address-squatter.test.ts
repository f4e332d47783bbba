import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/address-squatter';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('an address that is kept for a machine or a StatefulSet', () => {
  test('is found with the pod that has it, which is evicted', async () => {
    const finding = await onlyFinding('machine-cannot-start');
    expect(finding.about).toMatchObject({ kind: 'VirtualMachineInstance', name: 'db-primary' });
    expect(finding.says).toMatch(
      /the virtual machine db-primary keeps 10\.33\.0\.9 .*but the running pod shop\/cart-5d8f6c9b7-d7vkm of Deployment shop\/cart has it/,
    );
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/evict-pod', 'kube-ovn/retry-waiting-pod']);
  });

  test('is given back by the only ready replica only after somebody has read so', async () => {
    const [offer] = (await onlyFinding('stateful-set')).remedies;
    expect(offer?.preconditions.find(({ holds }) => holds === 'confirm')?.because).toMatch(
      /only ready pod of ReplicaSet/,
    );
  });

  test('is left to a person when nobody makes the other pod anew', async () => {
    expect((await onlyFinding('bare-pod')).remedies[0]?.id).toBe('kube-ovn/choose-between-pods');
  });

  test('is known for the machine’s before the controller has written the machine’s name to its pod', async () => {
    const { about, says } = await onlyFinding('machine-not-named-yet');
    expect(about).toMatchObject({ kind: 'VirtualMachineInstance', name: 'db-primary' });
    expect(says).toMatch(/the virtual machine db-primary keeps 10\.33\.0\.9 of subnet web/);
  });

  test('may also be written in the template of the machine', async () => {
    expect((await onlyFinding('asked-in-template')).says).toMatch(/keeps 10\.33\.0\.9/);
  });
});

test.each(['address-made-for-this-try', 'machine-starts'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
