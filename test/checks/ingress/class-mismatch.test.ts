import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'ingress/class-mismatch';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('an Ingress that no controller takes', () => {
  test.each([
    ['no-such-class', 0.9, /asks for the class internal, which does not exist\. .*answers 404/],
    ['annotation-misspelt', 0.9, /asks for the class knog, .*perhaps kong is meant/],
    [
      'kong-serves-another',
      0.9,
      /asks for the class kong of Kong, but Kong serves kong-internal; perhaps kong-internal/,
    ],
    ['kong-without-controller', 0.9, /but no controller of Kong runs here/],
    ['no-class', 0.9, /names no class, and no IngressClass is the default/],
    ['no-class-anywhere', 0.7, /names no class/],
    ['unknown-annotation', 0.7, /asks for the class gce, which no IngressClass and no known controller has/],
    ['old-cluster', 0.9, /perhaps nginx is meant/],
  ])('is told with its reason: %s', async (world, confidence, says) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'warning', confidence, about: { kind: 'Ingress' } });
    expect(finding.says).toMatch(says);
  });

  test('is corrected where its class is written', async () => {
    const steps = async (world: string) => (await onlyFinding(world)).remedies[0]?.steps[1]?.does;
    expect(await steps('annotation-misspelt')).toMatch(/annotate --overwrite ingress mail-ingress .*class=kong$/);
    expect(await steps('no-such-class')).toMatch(/"ingressClassName":"CLASS"/);
  });
});

test.each([
  'default-class',
  'address-published',
  'kong-by-annotation',
  'kong-on-every-node',
  'just-made',
  'known-and-silent',
  'no-ingress',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
