import { describe, expect, test } from '@jest/globals';
import { subnet } from '../../../playbooks/subnet.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'kube-ovn/database-leader-missing';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a database without a leader', () => {
  test('is critical, names what stands still, and is about the Deployment of the databases', async () => {
    const finding = await onlyFinding('no-northbound-leader');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.9,
      about: { kind: 'Deployment', namespace: 'kube-system', name: 'ovn-central' },
    });
    expect(finding.says).toMatch(/ovn-nb has 0 ready endpoints\): no new pod gets a port or an address/);
    expect(finding.evidence.map(({ says }) => says)).toEqual([
      'It has 0 ready endpoints since 09:55:00 UTC (5 min).',
      expect.stringMatching(/3 of 3 are ready: .*c8hvn on worker-1 is ready and leads nothing/),
    ]);
  });

  test('is one finding when several have none', async () => {
    const { says } = await onlyFinding('no-southbound-leader');
    expect(says).toMatch(/The southbound database has no leader.*ovn-northd has no leader/);
  });

  test('is just as bad with two leaders at once', async () => {
    expect((await onlyFinding('two-leaders')).says).toMatch(/has 2 leaders at once .*4kq2t and .*c8hvn/);
  });

  test('does not count a leader that is not ready', async () => {
    expect((await onlyFinding('leader-not-ready')).says).toMatch(/ovn-nb has 0 .*ovn-sb has 0/);
  });

  test('is seen by the labels of the pods where nobody wrote the Services down', async () => {
    const { says, evidence } = await onlyFinding('labels-without-leader');
    expect(says).toMatch(/^The northbound database has no leader \(0 ready pods carry ovn-nb-leader="true"\)/);
    expect(evidence[0]?.says).toMatch(/no Service ovn-nb to ask; 0 ready pods carry its label/);
    expect((await onlyFinding('no-pod-ready')).says).toMatch(/ovn-nb-leader.*ovn-sb-leader.*ovn-northd-leader/);
  });

  test.each([
    ['no-majority', 0.95],
    ['no-northbound-leader', 0.9],
    ['old-server-without-leader', 0.8],
    ['electing', 0.6],
  ])('is as sure as what is seen of it: %s', async (world, confidence) => {
    expect((await onlyFinding(world)).confidence).toBe(confidence);
  });
});

describe('what is offered', () => {
  test.each(['no-northbound-leader', 'two-leaders', 'no-majority', 'no-pods'])(
    'is for a person alone, as no program touches the databases: %s',
    async (world) => {
      const { remedies } = await onlyFinding(world);
      expect(remedies.map(({ id, how }) => [id, how])).toEqual([['kube-ovn/repair-databases', 'manual']]);
    },
  );

  test('is to wait, for as long as an election may be going on', async () => {
    const finding = await onlyFinding('electing');
    expect(finding.severity).toBe('info');
    expect(finding.remedies[0]).toMatchObject({ id: 'kube-ovn/wait-for-databases', how: 'wait' });
  });

  test('names the pods that are not ready, with their nodes', async () => {
    const [offer] = (await onlyFinding('no-majority')).remedies;
    expect(offer?.steps[0]?.does).toMatch(/c8hvn on worker-1 and ovn-central-7b9d5cbf6-r5wjx on worker-2/);
  });
});

describe('look-alikes', () => {
  test.each(['led', 'two-slices', 'old-server', 'labels-alone'])(
    '%s stays clear, and says who leads',
    async (world) => {
      const { verdict } = await look(check, world);
      expect(verdict.is).toBe('clear');
      expect(verdict.measured[0]?.is).toMatch(/^1 \(ovn-central-/);
    },
  );

  test.each(['no-services', 'one-service-absent', 'labels-on-no-pod'])(
    'are unknown, not clear, without the Services: %s',
    async (world) => {
      expect((await look(check, world)).verdict.because).toMatch(/there is no Service ovn-/);
    },
  );
});

test('stands above everything else, and a fix below it is withheld', async () => {
  const world = loadWorld('kube-ovn/stale-northbound-cache/database-without-leader');
  const report = await runOn(world, subnet);
  const [first, second] = report.findings;
  expect([first?.code, second?.code, second?.causedBy]).toEqual([check, 'kube-ovn/stale-northbound-cache', [check]]);
  expect(second?.remedies.find(({ how }) => how === 'change')?.allowed).toBe(false);
});
