import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/stale-northbound-cache';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a leader that has forgotten its switches', () => {
  test('is found by its log, and by the pods that wait on several nodes', async () => {
    const finding = await onlyFinding('cache-lost');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Deployment', name: 'kube-ovn-controller' },
    });
    expect(finding.says).toMatch(/21 times .*2 new pods wait for an address on 2 nodes.*#7509/);
    expect(finding.evidence.map(({ says }) => says)).toEqual([
      expect.stringMatching(/^21 lines .* no logical switch ovn-default/),
      expect.stringMatching(/^1 line .* already holds/),
      expect.stringMatching(/^2 pods have a node and no address/),
    ]);
  });

  test.each([
    ['cache-lost', 0.95],
    ['few-lines-and-pods-wait', 0.8],
    ['pods-wait', 0.9],
    ['wrapped-lines', 0.9],
    ['lines-alone', 0.85],
    ['other-version', 0.7],
    ['unknown-version', 0.7],
  ])('is as sure as what fits together: %s', async (world, confidence) => {
    expect((await onlyFinding(world)).confidence).toBe(confidence);
  });

  test('claims no version that nobody has reported', async () => {
    expect((await onlyFinding('other-version')).says).toMatch(/kube-ovn v1\.14\.4 is not among them/);
    expect((await onlyFinding('unknown-version')).says).toMatch(/version of kube-ovn is not known/);
  });
});

describe('what is offered', () => {
  test('is a hand-over first, then the pods of the window, then another build', async () => {
    const { remedies } = await onlyFinding('cache-lost');
    expect(remedies.map(({ id, allowed }) => [id, allowed])).toEqual([
      ['kube-ovn/leader-hand-over', true],
      ['kube-ovn/recreate-waiting-pods', true],
      ['kube-ovn/move-to-kept-cache', true],
    ]);
    expect(remedies[1]?.steps[1]?.does).toMatch(/kubectl -n shop delete pod cart-5d8f6c9b7-d7vkm$/);
    expect(remedies[2]?.steps.map(({ does }) => does).join(' ')).toMatch(/45 to 50 minutes/);
  });

  test('is no hand-over while a database has no leader', async () => {
    const [handOver] = (await onlyFinding('database-without-leader')).remedies;
    expect(handOver?.allowed).toBe(false);
    expect(handOver?.preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(/ovn-nb has 0/);
  });
});

describe('look-alikes', () => {
  test.each([
    'quiet',
    'few-lines',
    'identical-alone',
    'subnet-being-made',
    'subnet-being-deleted',
    'subnet-deleted',
    'over',
    'before-the-hand-over',
    'nobody-leads',
  ])('%s stays clear', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });

  test('do not exist in versions without a cache', async () => {
    expect((await look(check, 'older-version')).verdict).toMatchObject({
      is: 'not-applicable',
      because: expect.stringMatching(/v1\.9\.8 .*from v1\.12\.0 on/),
    });
  });

  test('are unknown, not clear, when the leader has no log', async () => {
    expect((await look(check, 'leader-without-log')).verdict.is).toBe('unknown');
  });
});
