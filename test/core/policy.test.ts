import { describe, expect, test } from '@jest/globals';
import { isDisruptive, Limits, objectsOf, sayLimit } from '../../src/core/limits.ts';
import { Policy, personRefusals, whoMayApprove, windowRefusals } from '../../src/core/policy.ts';
import { exampleProposal } from '../contracts/records.ts';

const production = { environment: 'production' };
const whoMay = (policy: object, byRole = false) => whoMayApprove(Policy.parse(policy), production, byRole);

describe('who may approve is said', () => {
  test.each([
    [{}, false, 'Nobody may approve here: the policy names no approver.'],
    [{ approvers: ['U1'] }, false, '<@U1> may approve, but not the person who asked.'],
    [
      { approverGroups: ['S1'], approvals: 2 },
      false,
      'A member of <!subteam^S1> may approve, but not the person who asked. 2 different people have to.',
    ],
    [{ approvers: ['U1'], neverTheRequesterIn: [] }, true, '<@U1>, with the role approver in production, may approve.'],
    [{ neverTheRequesterIn: [] }, true, 'Somebody with the role approver in production may approve.'],
  ])('for %j, with roles: %s', (policy, byRole, says) => {
    expect(whoMay(policy, byRole)).toBe(says);
  });
});

describe('a policy', () => {
  const about = { policyName: 'strict', environment: 'production', requestedBy: 'U1', groups: [] };

  test('refuses by every rule that applies, to the person and about the person', () => {
    const policy = Policy.parse({ approvers: ['U2'] });
    const rules = (person: string) => personRefusals(policy, { ...about, person }).map(({ rule }) => rule);
    expect([rules('U1'), rules('U2'), rules('U3')]).toEqual([['requester', 'approvers'], [], ['approvers']]);
    expect(personRefusals(policy, { ...about, person: 'U3' }, 'about-them')[0]?.says).toBe(
      'The policy "strict" does not list <@U3> as an approver.',
    );
  });

  test('closes approvals and fixes each for itself', () => {
    const policy = Policy.parse({
      windows: [{ from: '22:00', to: '04:00', timeZone: 'UTC', for: ['fixes'] }],
    });
    const noon = new Date('2026-01-05T12:00:00Z');
    expect(windowRefusals(policy, 'strict', noon, ['approvals'])).toEqual([]);
    expect(windowRefusals(policy, 'strict', noon, ['fixes'])[0]?.says).toBe(
      'The policy "strict" allows fixes to be applied every day 22:00–04:00 (UTC), and not now. The next window opens at 2026-01-05 22:00 (UTC).',
    );
  });
});

describe('a limit', () => {
  const { proposal } = exampleProposal();
  const now = new Date('2026-01-05T10:00:00Z');
  const about = { cluster: 'prod-sh', policy: 'strict', now };

  test('counts a fix as disruptive that touches a pod or a node, or whose risk is not low', () => {
    const touching = (touches: object, more: object = {}) =>
      isDisruptive({ remedy: { ...proposal.remedy, touches: { nodes: 0, pods: 0, ...touches }, ...more } });
    expect([touching({ pods: 1 }), touching({ nodes: 1 }), touching({}, { risk: 'medium' })]).toEqual([
      true,
      true,
      true,
    ]);
    expect([touching({}), touching({ pods: 1 }, { how: 'wait' })]).toEqual([false, false]);
  });

  test('is counted for what the finding is about and for what is changed, each once', () => {
    const change = { change: 'delete-pod', namespace: 'kube-system', name: 'web-0', uid: 'u' } as const;
    const steps = [change, change].map((each) => ({ does: 'Delete it.', change: each }));
    expect(objectsOf({ ...proposal, remedy: { ...proposal.remedy, steps } })).toEqual([
      'Subnet ovn-default',
      'Pod kube-system/web-0',
    ]);
  });

  test('says its numbers and when there is room', () => {
    const limits = Limits.parse({ changesPerHour: 3, cooldown: '15m' });
    const freeAt = new Date('2026-01-05T10:12:00Z');
    expect(sayLimit({ limit: 'changes-per-hour', made: 3, freeAt }, limits, about)).toBe(
      '3 changes were made on prod-sh within the hour, and the policy "strict" allows 3. There is room in 12 min.',
    );
    expect(sayLimit({ limit: 'changes-per-hour', made: 0, freeAt: undefined }, limits, about)).toContain(
      'It never fits into the limit.',
    );
    expect(sayLimit({ limit: 'cooldown', object: 'Pod a/b', freeAt }, limits, about)).toBe(
      'Pod a/b was changed less than 15m ago, and the policy "strict" leaves it alone for that long. It may be changed again in 12 min.',
    );
  });
});
