import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/controller-leadership';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('nobody leads', () => {
  test.each([
    ['nobody-leads', /the lock was last renewed 8 min ago, and is good for 15 s/],
    ['nobody-leads-lease', /the lock was last renewed 5 min ago, and is good for 30 s/],
    ['scaled-to-zero', /the lock was last renewed 2 h ago/],
  ])('is critical: %s', async (world, says) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95 });
    expect(finding.says).toMatch(says);
    expect(finding.remedies.map(({ id, how }) => [id, how])).toEqual([['kube-ovn/bring-back-leader', 'manual']]);
  });

  test('says why the controllers do not run', async () => {
    const { evidence } = await onlyFinding('nobody-leads');
    expect(evidence.at(-1)?.says).toMatch(/m8qtz is CrashLoopBackOff/);
  });

  test('says how to scale up what is scaled to zero', async () => {
    const [offer] = (await onlyFinding('scaled-to-zero')).remedies;
    expect(offer?.steps[0]?.does).toMatch(/scale deployment kube-ovn-controller --replicas=3/);
  });

  test('warns that an old leader goes on half-way in a version that does not exit', async () => {
    expect((await onlyFinding('nobody-leads-old-leader-stays')).says).toMatch(
      /v1\.9\.2, unless .*#1536, the old leader does not exit/,
    );
  });

  test('is less certain when there is no lock object at all', async () => {
    expect(await onlyFinding('no-lock-none-ready')).toMatchObject({ severity: 'critical', confidence: 0.8 });
  });

  test('cannot be told without a lock object while controllers are ready: a vendor may name it otherwise', async () => {
    expect((await look(check, 'no-lock')).verdict).toMatchObject({
      is: 'unknown',
      because: expect.stringMatching(/m8qtz and kube-ovn-controller-\S+-x2x7k are ready, but kube-system has neither/),
    });
    expect((await look(check, 'no-lock-no-pods-listed')).verdict.because).toMatch(/: 2 controllers are ready, but/);
  });
});

describe('the leader was lost', () => {
  test('is a warning when a subnet stopped being ready at that time, with the last words of the old leader', async () => {
    const finding = await onlyFinding('leader-lost');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
    expect(finding.says).toBe(
      'The kube-ovn controllers lost their leader at 09:51:20 UTC; kube-ovn-controller-6c5f7d8b94-m8qtz leads now, for 8 min. Within 10 minutes of that, ovn-default stopped being ready.',
    );
    const words = finding.evidence.flatMap(({ lines }) => lines ?? []);
    expect(words.some((line) => line.includes('leaderelection lost'))).toBe(true);
  });

  test('reads the Lease in versions that have one', async () => {
    const { evidence } = await onlyFinding('leader-lost-lease');
    expect(evidence[0]?.from).toBe('Lease kube-system/kube-ovn-controller');
  });

  test('is for information when nothing suffered from it', async () => {
    expect(await onlyFinding('leader-lost-unnoticed')).toMatchObject({ severity: 'info' });
  });

  test('is seen of the only replica too, which took the lock again under the same name', async () => {
    expect((await onlyFinding('only-replica-restarted')).says).toMatch(/lost their leader at 09:51:03 UTC/);
  });

  test('is what the subnet suffered from, also when the lock was handed over since', async () => {
    const finding = await onlyFinding('handed-over-in-vain');
    expect(finding.says).toMatch(
      /lost their leader at 09:51:03 UTC; .*-m8qtz leads now, for 1 min\. Within 10 minutes/,
    );
  });

  test('is told apart from a clean hand-over after which a subnet stopped being ready', async () => {
    const finding = await onlyFinding('hand-over-that-hurt');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.7 });
    expect(finding.says).toMatch(/changed their leader/);
  });
});

test.each([
  'steady',
  'handed-over-after-a-loss',
  'clean-hand-over',
  'follower-killed',
  'first-leader',
  'stale-lease-after-downgrade',
  'stale-configmap-after-upgrade',
])('stays clear, and names the leader: %s', async (world) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('clear');
  expect(verdict.measured).toContainEqual({ what: 'Controller leader', is: expect.stringMatching(/-m8qtz, for /) });
});

test('offers to wait while the lock changes hands', async () => {
  const finding = await onlyFinding('changing-hands');
  expect(finding).toMatchObject({ severity: 'info' });
  expect(finding.remedies[0]).toMatchObject({ id: 'kube-ovn/wait-for-controller', preconditions: [{ holds: 'yes' }] });
});

test('says unknown, and quotes nothing, when the lock is no lock record', async () => {
  const { verdict } = await look(check, 'lock-malformed');
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(/its annotation .* is no lock record\.$/);
});

test('shows hostile log lines without what acts on a terminal and without secrets', async () => {
  const shown = JSON.stringify(await onlyFinding('hostile'));
  expect(shown).toMatch(/leaderelection lost <!channel>/);
  expect(shown).not.toMatch(/eyJ|\\u001b/);
});
