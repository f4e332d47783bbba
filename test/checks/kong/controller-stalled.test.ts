import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kong/controller-stalled';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a controller that does not write', () => {
  test('is silent while pods wait', async () => {
    const finding = await onlyFinding('silent');
    expect(finding).toMatchObject({ confidence: 0.8, about: { kind: 'Deployment', name: 'kong-controller' } });
    expect(finding.says).toMatch(
      /lx2vd has printed nothing for 1 h 47 min, although it has renewed its lock 2 s ago.*KIC#7665/,
    );
    expect(finding.remedies.map(({ id }) => id)).toEqual([
      'kong/wait-for-sync',
      'kong/restart-controller',
      'kong/bring-back-controller',
    ]);
  });

  test.each([
    ['lock-expired', /No controller of Kong leads: the lock was renewed last 8 min ago, and is good for 15 s/],
    ['old-lock-expired', /No controller of Kong leads: the lock was renewed last 8 min ago, and is good for 30 s/],
    ['scaled-to-zero', /No ingress controller of Kong runs: it is scaled to zero/],
    ['crashing', /No ingress controller of Kong runs\./],
    ['no-admin-api', /has not been able to use the Admin API since it started/],
  ])('is found in other ways: %s', async (world, says) => {
    expect((await onlyFinding(world)).says).toMatch(says);
  });

  test('is scaled up by a person', async () => {
    expect((await onlyFinding('scaled-to-zero')).remedies[0]?.steps[0]?.does).toMatch(
      /kubectl -n kong scale deployment kong-controller --replicas=1$/,
    );
  });
});

test('finds two that write at once, and names the version that ends it', async () => {
  const finding = await onlyFinding('two-write');
  expect(finding.says).toMatch(/^2 controllers write .*this is 2\.0\.6; before 2\.1 .* back-ported KIC#2052\.$/);
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/--replicas=1$/);
});

test.each([
  'nothing-to-do',
  'failing',
  'talkative',
  'two-write-in-memory',
  'lock-has-just-changed-hands',
  'leader-gone-a-moment-ago',
  'old-cluster',
  'no-controller',
  'well',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says that it does not know when the log level hides every write', async () => {
  const { verdict } = await look(check, 'nothing-of-it-in-the-log');
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(/its log level may hide them/);
});
