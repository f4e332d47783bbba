import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'ingress/backend-missing';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a backend that does not exist', () => {
  test('is about its Ingress, and says that it explains no fault of another host', async () => {
    const finding = await onlyFinding('beside-another-fault');
    expect(finding).toMatchObject({
      severity: 'warning',
      confidence: 0.95,
      about: { kind: 'Ingress', namespace: 'stage', name: 'billing-ingress' },
    });
    expect(finding.says).toMatch(
      /Service stage\/billing-web-8080, which does not exist.*explain no fault of another host/,
    );
  });

  test('is told with the name that is probably meant', async () => {
    const finding = await onlyFinding('misspelt');
    expect(finding.evidence[1]?.says).toMatch(/There is 1, and it is not carts; cart is close/);
    expect(finding.remedies[0]?.steps.map(({ does }) => does).join('\n')).toMatch(/Perhaps cart is meant/);
  });

  test.each([
    ['no-such-port', /port 8081 of Service shop\/cart, which has only 80 \(http\)/],
    ['no-such-port-name', /port web of Service shop\/cart/],
    ['old-cluster', /Ingress shop\/mail-ingress sends mail\.example\.com/],
    ['default-backend', /sends every host \/ to Service shop\/not-found-page/],
    ['wildcard-asked', /sends \*\.billing\.example\.com/],
    ['no-service', /billing-web-8080, which does not exist/],
  ])('is found in each form of an Ingress: %s', async (world, says) => {
    expect((await onlyFinding(world)).says).toMatch(says);
  });
});

test.each(['resource', 'external-name', 'being-deleted', 'named-port', 'other-host-asked', 'no-ingress', 'well'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);
