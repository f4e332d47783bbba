import { afterEach, describe, expect, test } from '@jest/globals';
import { followKnowledge } from '../src/follow-knowledge.ts';
import type { ArticleProblem } from '../src/ports/knowledge.ts';
import { eventually } from './redis.ts';

const away: ArticleProblem = { source: '/articles', file: 'mtu', because: 'it is no text' };
const done = { read: 0, removed: 0, milliseconds: 0 };
let stop = (): void => undefined;
afterEach(() => stop());

describe('following the sources of articles', () => {
  test('names a problem once, and again when it was gone in between', async () => {
    const rounds: readonly (readonly ArticleProblem[])[] = [[away], [away], [], [away]];
    const said: ArticleProblem[] = [];
    let round = -1;
    const problems = () => rounds[Math.min(round, rounds.length - 1)] ?? [];
    const refresh = async () => {
      round += 1;
      return done;
    };
    ({ stop } = followKnowledge(
      { problems, refresh },
      { everyMilliseconds: 5, onProblem: (problem) => void said.push(problem), onTrouble: () => undefined },
    ));
    await eventually('the fifth round is over', () => round >= 5);
    expect(said).toEqual([away, away]);
  });

  test('goes on after a refresh that failed, which is told, and refreshes what is known of articles as well', async () => {
    const troubles: unknown[] = [];
    let refreshed = 0;
    let alongside = 0;
    const refresh = async () => {
      refreshed += 1;
      if (refreshed === 1) throw new Error('the disk is full');
      return done;
    };
    ({ stop } = followKnowledge(
      { problems: () => [], refresh },
      {
        everyMilliseconds: 5,
        alongside: async () => {
          alongside += 1;
        },
        onProblem: () => undefined,
        onTrouble: (error) => void troubles.push(error),
      },
    ));
    await eventually('it refreshed again', () => refreshed > 2);
    expect(troubles).toEqual([new Error('the disk is full')]);
    expect(alongside).toBeGreaterThan(1);
  });
});
