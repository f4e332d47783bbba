import { expect, test } from '@jest/globals';
import { isFailing, pushHistory } from '../../../playbooks/facts/kong/push-history.ts';
import { unwrittenSince } from '../../../playbooks/facts/kong/staleness.ts';

const at = (time: string) => new Date(`2026-01-05T${time}Z`);
const now = at('10:00:00');
const success = { at: at('09:50:00'), text: 'successfully synced configuration to kong.' };
const failure = { at: at('09:59:00'), text: 'could not update kong admin' };

test('counts failures since the last success only', () => {
  const earlier = { ...failure, at: at('09:40:00') };
  const history = pushHistory([failure, success, earlier]);
  expect(history).toMatchObject({ lastSuccess: success.at, lastFailure: failure.at, lastLine: failure.at });
  expect(history.failures).toHaveLength(1);
  expect(isFailing(history, now, 120_000)).toBe(true);
  expect(isFailing(history, now, 30_000)).toBe(false);
});

test('nothing was written since the last success', () => {
  expect(unwrittenSince(pushHistory([success, failure]), now, 120_000)).toEqual(success.at);
});

test('without a success, nothing was written since a little before the first failure', () => {
  expect(unwrittenSince(pushHistory([failure]), now, 120_000)).toEqual(at('09:58:30'));
});

test('nothing can be told from failures that are long over, nor from a log without either', () => {
  expect(unwrittenSince(pushHistory([failure]), now, 30_000)).toBeUndefined();
  expect(unwrittenSince(pushHistory([{ at: now, text: 'started' }]), now, 120_000)).toBeUndefined();
});
