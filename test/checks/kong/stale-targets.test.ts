import { describe, expect, test } from '@jest/globals';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { loadWorld, look } from '../worlds.ts';

const check = 'kong/stale-targets';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function offer(world: string, id: string): Promise<ReportedRemedy> {
  const remedy = (await onlyFinding(world)).remedies.find((one) => one.id === id);
  if (remedy === undefined) throw new TypeError(`${id} is not offered in ${world}`);
  return remedy;
}

describe('pods that Kong was not told of', () => {
  test('are found by their age alone, and the finding is about their Service', async () => {
    const finding = await onlyFinding('database-down');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.9,
      about: { kind: 'Service', namespace: 'stage', name: 'orders-web' },
    });
    expect(finding.says).toMatch(/^2 of 2 ready pods .*orders\.example\.com.*since its last success at 05:58:11 UTC/);
    const [endpoints, failures, ...requests] = finding.evidence;
    expect(endpoints?.says).toMatch(/10\.244\.1\.57, ready since 09:31:14 UTC/);
    expect(failures?.says).toMatch(/writes to Kong that failed/);
    expect(requests.flatMap(({ lines }) => lines ?? []).every((line) => line.includes('10.244.3.1'))).toBe(true);
  });

  test('are less certain when nothing tells of a failure', async () => {
    const finding = await onlyFinding('controller-silent');
    expect(finding.confidence).toBe(0.8);
    expect(finding.says).toMatch(/has written nothing since its last success at 08:12:41 UTC/);
  });

  test('are found when the log reaches back to failures only', async () => {
    expect((await onlyFinding('no-success-in-the-log')).says).toMatch(
      /since the oldest write in its log, which failed/,
    );
  });

  test('are found by what Kong has stored when the logs tell of nothing', async () => {
    const finding = await onlyFinding('old-one-remains');
    expect(finding.says).toMatch(
      /^Of the 3 addresses that Kong has stored .* 1 belongs to no ready pod of it \(10\.244\.3\.17\)/,
    );
    expect(finding.evidence[0]).toMatchObject({ from: 'Kong, targets of orders-web.stage.80.svc' });
  });

  test('are found when the log begins after them, and the database went before', async () => {
    expect(await onlyFinding('database-gone-before-the-log')).toMatchObject({ confidence: 0.9, severity: 'critical' });
  });

  test('are told with the requests for an upstream that Kong does not have', async () => {
    const { evidence } = await onlyFinding('upstream-not-known');
    expect(evidence.at(-1)?.says).toMatch(/does not have at all, so that it asked DNS/);
  });

  test('are one finding about the controller when many Services have them', async () => {
    const finding = await onlyFinding('many-services');
    expect(finding.about).toMatchObject({ kind: 'Deployment', name: 'kong-controller' });
    expect(finding.says).toMatch(/^Kong does not know the new pods of 7 of 8 Services: /);
  });

  test('do not matter wholly when an old pod is left', async () => {
    expect((await onlyFinding('one-pod-new')).says).toMatch(/^1 of 2 ready pods .*may still send some of the requests/);
  });

  test.each(['old-cluster', 'default-class', 'without-database'])('are found as well: %s', async (world) => {
    expect(await onlyFinding(world)).toMatchObject({ about: { name: 'orders-web' } });
  });

  test('are no more than a note within the first minute', async () => {
    const finding = await onlyFinding('settling');
    expect(finding).toMatchObject({ severity: 'info', confidence: 0.6 });
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kong/wait-for-sync']);
  });
});

test.each([
  ['well', '2 of 2'],
  ['rollout', '2 of 2'],
  ['pod-came-back', '2 of 2'],
  ['on-the-network-of-the-node', '2 of 2'],
  ['service-is-the-target', '1 of 1'],
  ['another-controller', '1 of 1'],
  ['host-asked', '1 of 1'],
  ['nothing-new-and-no-word', '2 of 2'],
])('stays clear, and counts the Services: %s', async (world, is) => {
  const { verdict } = await look(check, world);
  expect(verdict).toMatchObject({ is: 'clear', measured: [{ is }, {}] });
});

test.each([
  ['nothing-of-it-in-the-log', /neither a success nor a failure/],
  ['log-begins-too-late', /begins with writes that failed, after these pods became ready/],
  ['no-log', /no replica has a log/],
  ['no-such-host', /Ingresses serve these hosts: catalog\.example\.com and orders\.example\.com/],
])('says that it does not know, and why: %s', async (world, because) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(because);
});

describe('a restart of the controller', () => {
  test('is allowed when the database is reachable and waiting was in vain', async () => {
    const remedy = await offer('controller-silent', 'kong/restart-controller');
    expect(remedy.allowed).toBe(true);
    expect(remedy.preconditions.map(({ because }) => because)).toContainEqual(
      expect.stringMatching(/^All 2 proxies say that they reach it\./),
    );
  });

  test('is an eviction where the controller shares its pod with a proxy', async () => {
    const remedy = await offer('controller-beside-the-proxy', 'kong/evict-controller');
    expect(remedy.steps[0]?.change).toMatchObject({ change: 'evict-pod', name: 'kong-kong-6d9f7c5b8-4tqxz' });
  });

  test.each([
    ['database-down', 'kong/restart-controller', /has no ready endpoint, and nothing of Kong starts/],
    ['proxy-cut-off', 'kong/restart-controller', /9wkjm cannot reach it/],
    ['kong-refuses', 'kong/restart-controller', /Kong has refused 2 writes; a new controller sends the same/],
    ['written-a-moment-ago', 'kong/restart-controller', /Kong has refused/],
    ['one-proxy-only', 'kong/evict-controller', /^1 is: kong-kong/],
  ])('is refused, and says why: %s', async (world, id, because) => {
    const remedy = await offer(world, id);
    expect(remedy.allowed).toBe(false);
    expect(remedy.preconditions.filter(({ holds }) => holds === 'no').map(({ because: why }) => why)).toContainEqual(
      expect.stringMatching(because),
    );
  });

  test('is refused when the proxies may not be asked', async () => {
    const world = loadWorld(`${check}/controller-silent`);
    const denied = [{ verb: 'get' as const, resource: 'pods/proxy' }];
    const finding = (await look(check, { ...world, denied })).finding();
    const restart = finding.remedies.find(({ id }) => id === 'kong/restart-controller');
    expect(restart).toMatchObject({ allowed: false, preconditions: [{ holds: 'unknown' }] });
  });

  test('comes after waiting, which is refused as well while the database is gone', async () => {
    const [wait] = (await onlyFinding('database-down')).remedies;
    expect(wait).toMatchObject({ id: 'kong/wait-for-sync', preconditions: [{ holds: 'no' }, { holds: 'yes' }] });
  });
});
