import { describe, expect, test } from '@jest/globals';
import { useRedis } from '../redis.ts';
import { decisionCases } from './decisions.cases.ts';
import { type Stage, setStage } from './decisions.stage.ts';

const redis = useRedis();

async function outcomeOf(stage: Stage): Promise<{ ends: string; because: string }> {
  const state = await stage.state();
  switch (state.is) {
    case 'decided':
      return { ends: state.decision.is, because: '' };
    case 'done':
      return { ends: state.proof.outcome, because: state.proof.says };
    case 'void':
      return { ends: 'void', because: state.because.join(' ') };
    case 'offered':
    case 'applying':
      return { ends: state.is, because: '' };
  }
}

describe('a fix in production is decided once and answered, and ends in one way, for', () => {
  test.each(decisionCases)('$name', async ({ before, people, taken, says, meanwhile, ends, changes, because }) => {
    const stage = await setStage(redis);
    await before?.(stage);
    const answers = await people(stage);
    expect(answers.filter((answer) => answer.taken)).toHaveLength(taken);
    const said = answers.map((answer) => answer.says);
    for (const part of says) expect(said).toContainEqual(expect.stringContaining(part));
    for (const sentence of said) expect(sentence).toMatch(/\S.*[.?]$/);
    await meanwhile?.(stage);
    await stage.work();
    // A worker that finds the job again does nothing more.
    await stage.work();
    const outcome = await outcomeOf(stage);
    expect({ ends: outcome.ends, changes: stage.changes() }).toEqual({ ends, changes });
    if (because !== undefined) expect(outcome.because).toContain(because);
    if (because === '') expect(outcome.because).not.toBe('');
  });

  test('an approval and a denial at once from two processes: the first stands, the other is told', async () => {
    const stage = await setStage(redis);
    const answers = await Promise.all([stage.decide('bo', 'approved'), stage.decide('wei', 'denied')]);
    await stage.work();
    const { ends } = await outcomeOf(stage);
    const approvedFirst = answers[0].taken;
    expect([answers[1].taken, ends, stage.changes()]).toEqual(
      approvedFirst ? [false, 'resolved', 1] : [true, 'denied', 0],
    );
    expect(answers[approvedFirst ? 1 : 0].says).toMatch(/(approved|denied) this fix at/);
  });
});
