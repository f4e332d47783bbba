import { describe, expect, test } from '@jest/globals';
import { loadWorld, look } from '../worlds.ts';

const check = 'kong/dead-targets';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('targets that are no endpoints', () => {
  test.each([
    ['database-down', 0.97, 'critical'],
    ['database-well', 0.9, 'critical'],
    ['old-one-remains', 0.8, 'warning'],
    ['one-missing', 0.9, 'warning'],
    ['old-cluster', 0.9, 'critical'],
  ])('are found as surely as the rest of the picture allows: %s', async (world, confidence, severity) => {
    expect(await onlyFinding(world)).toMatchObject({
      confidence,
      severity,
      about: { kind: 'Service', name: 'orders-web' },
    });
  });

  test('are named beside the addresses that pods have', async () => {
    const { says, evidence } = await onlyFinding('database-down');
    expect(says).toMatch(
      /over 2 addresses, of which 2 are no ready pod .*10\.244\.3\.17 and 10\.244\.3\.18.*for 28 min/,
    );
    expect(evidence.slice(0, 2).map(({ says: line }) => line)).toEqual([
      'Stored are 10.244.3.17 and 10.244.3.18.',
      'Ready are 10.244.1.57 (orders-web-5c9d8f7b6-hq7nd) and 10.244.2.61 (orders-web-5c9d8f7b6-xv4mk).',
    ]);
  });
});

test.each([
  'same',
  'on-its-way-out',
  'two-pages',
  'ipv6',
  'plain-admin',
  'rollout',
  'changed-lately',
  'remembered-no-more',
  'nothing-ready',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says that a slow application is no matter of targets', async () => {
  const { verdict } = await look(check, 'same-and-slow');
  expect(verdict.is).toBe('clear');
  expect(verdict.measured.at(-1)?.is).toMatch(/^1 in 10 min: not stale targets, but a slow application/);
});

describe('a proxy that goes on with what it remembers', () => {
  test('is restarted with its likes, one after another', async () => {
    const finding = await onlyFinding('remembered');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.8 });
    expect(finding.remedies[0]).toMatchObject({ id: 'kong/restart-proxies', allowed: true });
    expect(finding.remedies[0]?.steps[0]?.change).toMatchObject({
      change: 'patch-object',
      kind: 'Deployment',
      patch: {
        spec: {
          template: { metadata: { annotations: { 'cluster-triage/restarted-from': expect.any(String) } } },
        },
      },
    });
    const everyNode = (await onlyFinding('remembered-every-node')).remedies[0];
    expect(everyNode?.steps[0]?.change).toMatchObject({ kind: 'DaemonSet', plural: 'daemonsets' });
  });

  test('is not restarted while its database has no endpoint', async () => {
    const world = loadWorld(`${check}/remembered`);
    const objects = world.objects.filter(
      ({ kind, metadata }) => kind !== 'EndpointSlice' || !metadata.name.startsWith('kong-postgresql'),
    );
    const finding = (await look(check, { ...world, objects })).finding();
    expect(finding.remedies[0]).toMatchObject({ allowed: false });
    expect(finding.remedies[0]?.preconditions[0]?.because).toMatch(/has no ready endpoint/);
  });
});

test('does not apply where the Admin API is kept to the pod, and names the check that judges without it', async () => {
  const { verdict } = await look(check, 'admin-kept-to-the-pod');
  expect(verdict.is).toBe('not-applicable');
  expect(verdict.because).toMatch(/keeps its Admin API to its own pods.* kong\/stale-targets judges/);
});

test.each([
  ['admin-without-database', /the Admin API answered 500, as it does without its database/],
  ['strange-answer', /its answer is no list of targets/],
  ['hostile', /no name of an upstream/],
  ['no-such-upstream', /upstreams\/orders-web\.stage\.80\.svc/],
])('says that it does not know, and why: %s', async (world, because) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(because);
});
