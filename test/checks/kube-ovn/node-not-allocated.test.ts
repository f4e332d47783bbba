import { describe, expect, test } from '@jest/globals';
import { subnet } from '../../../playbooks/subnet.ts';
import { loadWorld, look, openSilent, runOn } from '../worlds.ts';

const check = 'kube-ovn/node-not-allocated';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a node that a starting controller waits for', () => {
  test('is critical, because no pod of the cluster gets an address', async () => {
    const finding = await onlyFinding('controller-waits');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Node', name: 'worker-2' },
    });
    expect(finding.says).toMatch(/has been starting for 5 min, and waits for node worker-2.*no pod in the cluster/);
  });

  test.each(['controller-waits', 'newer-controller-waits'])(
    'comes with the reason, where the log has one: %s',
    async (world) => {
      const why = (await onlyFinding(world)).evidence.find(({ says }) => says.includes('why node worker-2'));
      expect(why?.lines?.at(-1)).toMatch(/NoAvailableAddress|AddressConflict/);
    },
  );

  test('is the one that the log names, and the others are said to be next', async () => {
    const finding = await onlyFinding('several-nodes');
    expect(finding.about.name).toBe('worker-2');
    expect(finding.says).toMatch(/worker-1 and worker-3 have none either/);
  });

  test('is still waited for when that is the last that the controller said, though a minute ago', async () => {
    expect(await onlyFinding('last-words')).toMatchObject({ severity: 'critical', confidence: 0.95 });
  });

  test('is no alarm while the controller has just started', async () => {
    const finding = await onlyFinding('just-started');
    expect(finding.severity).toBe('info');
    expect(finding.remedies[0]?.id).toBe('kube-ovn/wait-for-controller');
  });
});

describe('a node without an address that nobody waits for', () => {
  test.each(['nobody-waits', 'annotation-false'])('is a warning before the next start: %s', async (world) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.8 });
    expect(finding.says).toMatch(/the next one that starts or takes over will, for ever/);
  });

  test('says that nobody knows who waits when no node answers for its logs', async () => {
    const seen = await look(check, 'controller-waits', openSilent);
    expect(seen.finding()).toMatchObject({
      severity: 'warning',
      says: expect.stringMatching(/waits for it now is not known/),
    });
    expect(seen.finding().evidence.at(-1)?.says).toMatch(/10250: i\/o timeout.* 1 more could not be read either/);
  });

  test('says so when nobody leads, and stands below that', async () => {
    const report = await runOn(loadWorld(`${check}/nobody-leads`), subnet);
    expect(report.findings.map(({ code, causedBy }) => [code, causedBy])).toEqual([
      ['kube-ovn/controller-leadership', []],
      [check, ['kube-ovn/controller-leadership']],
    ]);
    expect(report.findings[1]?.says).toMatch(/No controller leads that could give it one/);
  });
});

test('is repaired by a person, who is told not to write the annotation', async () => {
  const [offer] = (await onlyFinding('controller-waits')).remedies;
  expect(offer).toMatchObject({ id: 'kube-ovn/allocate-node', how: 'manual' });
  expect(offer?.steps.at(-1)?.does).toMatch(/kubectl delete node worker-2$/);
  expect(offer?.whenNotToUse[0]).toMatch(/writing the annotation by hand/);
});

test.each(['all-allocated', 'just-joined', 'waited-once', 'node-removed'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('shows a hostile reason as text', async () => {
  const shown = JSON.stringify(await onlyFinding('hostile'));
  expect(shown).not.toMatch(/0123456789abcdef|\\u001b/);
});
