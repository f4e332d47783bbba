import { describe, expect, test } from '@jest/globals';
import { approve } from '../../src/app/approve.ts';
import { decisionOf, exampleProposal } from '../contracts/records.ts';

const { proposal } = exampleProposal();
const decision = decisionOf(proposal.id);
const now = new Date(decision.at);
const because = (given: Parameters<typeof approve>) => {
  const approval = approve(...given);
  return approval.is === 'void' ? approval.because.join(' ') : approval.is;
};

describe('an approval', () => {
  test('comes of a decision about the digest that is worked out again', () => {
    expect(approve(proposal, decision, proposal, now)).toMatchObject({
      is: 'approved',
      approved: { proposal: proposal.id, digest: proposal.digest, by: 'U2' },
    });
  });

  test('does not come of a denial', () => {
    const denied = decisionOf(proposal.id, 'denied');
    expect(because([proposal, denied, proposal, now])).toBe('Nobody approved it.');
  });

  test.each([
    ['another proposal', { ...decision, proposal: 'other' }],
    ['another digest', { ...decision, digest: 'e'.repeat(64) }],
  ])('does not come of a decision about %s', (_what, other) => {
    expect(because([proposal, other, proposal, now])).toContain('given to another version');
  });

  test('does not come of several approvals of which one is about another digest', () => {
    const given = ['U2', 'U3'].map((by) => ({ by, at: decision.at, digest: proposal.digest }));
    expect(because([proposal, decision, proposal, now, given])).toBe('approved');
    const forged = [...given, { by: 'U4', at: decision.at, digest: 'e'.repeat(64) }];
    expect(because([proposal, decision, proposal, now, forged])).toContain('given to another version');
  });

  test.each([
    ['after the offer had ended', '2026-01-05T10:31:00.000Z'],
    ['at a time that has not come', '2026-01-05T10:10:00.000Z'],
  ])('does not come of a decision %s', (_when, at) => {
    expect(because([proposal, { ...decision, at }, proposal, now])).toContain('not given in its time');
  });

  test('does not come of what a guard refuses, nor of what would do something else by now', () => {
    const refused = { ...proposal, remedy: { ...proposal.remedy, allowed: false } };
    expect(because([refused, decision, refused, now])).toContain('A guard refuses');
    const moved = { ...proposal, code: 'other/finding', digest: 'e'.repeat(64) };
    expect(because([proposal, decision, moved, now])).toContain('The finding was');
  });

  test('does not come of what a guard refuses by now, and says what the guard asks', () => {
    const preconditions = [
      { asks: 'Is another one ready?', holds: 'no' as const, because: 'The other one has ended.' },
    ];
    const remedy = { ...proposal.remedy, allowed: false, preconditions };
    const fresh = { ...proposal, remedy, dryRuns: [], digest: 'e'.repeat(64) };
    expect(because([proposal, decision, fresh, now])).toBe(
      'A guard refuses it now. Is another one ready? The other one has ended.',
    );
  });
});
