import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { closeReview } from '../../src/app/review.ts';
import type { ReviewScreen } from '../../src/core/screen.ts';
import { useRedis } from '../redis.ts';
import { type Stage, setStage } from './decisions.stage.ts';
import { aContext } from './house-of.ts';

const redis = useRedis();
let stage: Stage;

beforeEach(async () => {
  stage = await setStage(redis);
  stage.configure({ policy: { approvals: 2, breakGlass: { people: ['wei'] } } });
});

const breakIt = async () => stage.decide('wei', 'approved', { breakGlass: 'Payments are down.' });
const shown = () => stage.house.chat.shown.get(`proposal/${stage.proposal}/review`)?.at(-1) as ReviewScreen | undefined;

describe('broken glass', () => {
  test('stands in the ledger as an event of its own, with the rules and the reason', async () => {
    await breakIt();
    expect(await stage.events()).toEqual(['proposed cluster-triage', 'decided wei', 'glass-broken wei']);
    const entries = await stage.process().ledger.ofProposal(stage.proposal);
    expect(entries.at(-1)?.detail).toEqual({ overrides: ['approvals'], reason: 'Payments are down.' });
  });

  test('is said in the thread, and its review is listed until another person closes it', async () => {
    await breakIt();
    const house = stage.process();
    const job = { show: 'review', proposal: stage.proposal, revision: 'opened' } as const;
    await jobHandlers(house).notify(job, aContext());
    expect(shown()?.review).toMatchObject({
      by: 'wei',
      reason: 'Payments are down.',
      overridden: ['The policy "default" wants 2 different people to approve, and 1 has.'],
    });
    const closing = { proposal: stage.proposal, says: 'It was right; the window was too narrow.' };
    expect(await closeReview({ ...closing, by: { id: 'wei' } }, house)).toContain('You broke the glass yourself');
    expect(await closeReview({ ...closing, by: { id: 'eve' } }, house)).toContain('does not list you');
    expect(await house.records.openReviews()).toHaveLength(1);
    expect(await closeReview({ ...closing, by: { id: 'bo' } }, house)).toContain('You closed this review');
    expect(await closeReview({ ...closing, by: { id: 'ana' } }, house)).toContain('<@bo> closed this review');
    expect(await house.records.openReviews()).toEqual([]);
    await jobHandlers(house).notify({ ...job, revision: 'closed' }, aContext());
    expect(shown()?.review.closed).toMatchObject({ by: 'bo', says: closing.says });
    expect((await stage.events()).at(-1)).toBe('reviewed bo');
  });

  test('is in the ledger and the thread although the process died right after the decision', async () => {
    const house = stage.process();
    const dying = { ...house.ledger, append: async () => Promise.reject(new Error('the process died')) };
    const breaking = { proposal: stage.proposal, by: { id: 'wei' }, is: 'approved', breakGlass: 'Now.' } as const;
    await expect(decide(breaking, { ...house, ledger: dying })).rejects.toThrow('the process died');
    await stage.work();
    await stage.work();
    expect(await stage.events()).toEqual([
      'proposed cluster-triage',
      'decided wei',
      'glass-broken wei',
      'intended wei',
      'changed wei',
      'proved cluster-triage',
      'mitigation-opened cluster-triage',
    ]);
    expect(shown()?.review.reason).toBe('Now.');
  });

  test('does not override what the policy does not let it', async () => {
    stage.configure({ policy: { approvals: 2, breakGlass: { people: ['wei'], overrides: ['window'] } } });
    expect(await breakIt()).toMatchObject({
      taken: false,
      says: expect.stringContaining('does not let this rule be overridden'),
    });
    expect(await stage.process().records.openReviews()).toEqual([]);
  });

  test('lets the requester approve alone, as an admin, and never a mere approver', async () => {
    const roles = [
      { role: 'admin' as const, people: ['ana'], groups: [], everybody: false },
      { role: 'approver' as const, people: ['wei'], groups: [], everybody: false },
    ];
    stage.configure({ policy: { approvals: 2, breakGlass: {} }, roles });
    const refused = await breakIt();
    expect(refused.says).toContain('lets whoever has the role admin in production break the glass, and not you');
    const decided = await stage.decide('ana', 'approved', { breakGlass: 'I am alone on call.' });
    expect(decided.taken).toBe(true);
    expect((await stage.process().records.openReviews())[0]?.overridden).toEqual([
      '<@ana> asked for this run, and in production the policy "default" wants a second person to approve.',
      'The policy "default" wants 2 different people to approve, and 1 has.',
    ]);
    await stage.work();
    expect(stage.changes()).toBe(1);
  });
});

test('the card offers to break the glass only where the policy lets somebody', async () => {
  const show = async () =>
    jobHandlers(stage.process()).notify({ show: 'proposal', proposal: stage.proposal, revision: 'x' }, aContext());
  await show();
  expect(stage.house.card().rules).toMatchObject({ breakGlass: true, wanted: 2, given: [] });
  stage.configure({ policy: {} });
  await show();
  expect(stage.house.card().rules).toMatchObject({ breakGlass: false, wanted: 1 });
});

test('the ledger names everybody who approved, also when a process died before it wrote one down', async () => {
  const house = stage.process();
  const dying = { ...house, ledger: { ...house.ledger, append: async () => Promise.reject(new Error('it died')) } };
  await expect(stage.decide('bo', 'approved', { in: dying })).rejects.toThrow('it died');
  await stage.decide('wei', 'approved');
  const entries = await house.ledger.ofProposal(stage.proposal);
  expect(entries.at(-1)).toMatchObject({ event: 'decided', actor: 'wei', detail: { approvers: ['bo', 'wei'] } });
});

test('an approval that is not the last is shown on the card with who gave it', async () => {
  await stage.decide('bo', 'approved');
  expect(stage.house.jobs.notify).toContain(`proposal/${stage.proposal}/approval/1`);
  const job = { show: 'proposal', proposal: stage.proposal, revision: 'x' } as const;
  await jobHandlers(stage.process()).notify(job, aContext());
  expect(stage.house.card()).toMatchObject({ state: { is: 'offered' }, rules: { given: ['bo'], wanted: 2 } });
  await expect(remediate(stage.proposal, stage.process(), aContext())).resolves.toBeUndefined();
  expect(stage.changes()).toBe(0);
});
