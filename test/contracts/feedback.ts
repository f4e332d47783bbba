import { describe, expect, test } from '@jest/globals';
import type { Feedback, Vote } from '../../src/ports/feedback.ts';

export type FeedbackExam = {
  readonly name: string;
  /** The same empty feedback, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Feedback; readonly other: Feedback }>;
};

const vote: Vote = { run: 'r1', article: 'net/mtu', person: 'ana', opinion: 'helped' };
const now = new Date('2026-06-01T10:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** The exam of the feedback port. */
export function feedbackExam({ name, setup }: FeedbackExam): void {
  describe(`the feedback port, sat by ${name}`, () => {
    test('knows nothing at first', async () => {
      const { one } = await setup();
      expect([...(await one.standings())]).toEqual([]);
      expect(await one.misses(now)).toEqual([]);
    });

    test('counts a person once for a run and an article, whatever the process', async () => {
      const { one, other } = await setup();
      expect(await one.vote(vote)).toBe('counted');
      expect(await other.vote(vote)).toBe('unchanged');
      expect(await one.vote({ ...vote, person: 'bo' })).toBe('counted');
      expect(await one.vote({ ...vote, run: 'r2' })).toBe('counted');
      expect((await other.standings()).get('net/mtu')).toEqual({ helped: 3, notHelpful: 0, verifiedFixes: 0 });
    });

    test('lets a person change their mind, and takes back what was counted', async () => {
      const { one, other } = await setup();
      await one.vote(vote);
      expect(await other.vote({ ...vote, opinion: 'not-helpful' })).toBe('changed');
      expect((await one.standings()).get('net/mtu')).toEqual({ helped: 0, notHelpful: 1, verifiedFixes: 0 });
    });

    test('counts each of two opposite votes at the same moment in some order, never both', async () => {
      const { one, other } = await setup();
      await Promise.all([one.vote(vote), other.vote({ ...vote, opinion: 'not-helpful' })]);
      const { helped = 0, notHelpful = 0 } = (await one.standings()).get('net/mtu') ?? {};
      expect(helped + notHelpful).toBe(1);
    });

    test('counts a proved fix once for each of its articles', async () => {
      const { one, other } = await setup();
      await one.countFix('p1', ['net/mtu', 'a b/c', 'net/mtu']);
      await other.countFix('p1', ['net/mtu']);
      await other.countFix('p2', ['net/mtu']);
      const standings = await one.standings();
      expect(standings.get('net/mtu')?.verifiedFixes).toBe(2);
      expect(standings.get('a b/c')).toEqual({ helped: 0, notHelpful: 0, verifiedFixes: 1 });
    });

    test('remembers a proved fix without articles, which a later try does not count either', async () => {
      const { one } = await setup();
      await one.countFix('p1', []);
      await one.countFix('p1', ['net/mtu']);
      expect([...(await one.standings())]).toEqual([]);
    });

    test('lists what no article answered, the most frequent first, each delivery once', async () => {
      const { one, other } = await setup();
      const question = { kind: 'question' as const, what: '为什么 "pods" restart', at: daysAgo(1) };
      await one.noteMiss({ ...question, once: 'd1' });
      await other.noteMiss({ ...question, once: 'd1' });
      await other.noteMiss({ ...question, at: daysAgo(2), once: 'd2' });
      await one.noteMiss({ kind: 'finding', what: 'kong/new', at: daysAgo(3), once: 'r1' });
      expect(await other.misses(now)).toEqual([
        { kind: 'question', what: question.what, count: 2, last: daysAgo(1).toISOString() },
        { kind: 'finding', what: 'kong/new', count: 1, last: daysAgo(3).toISOString() },
      ]);
    });

    test('forgets what was not asked for ninety days', async () => {
      const { one } = await setup();
      await one.noteMiss({ kind: 'question', what: 'old', at: daysAgo(91), once: 'd1' });
      await one.noteMiss({ kind: 'question', what: 'kept', at: daysAgo(89), once: 'd2' });
      expect((await one.misses(now)).map(({ what }) => what)).toEqual(['kept']);
      await one.noteMiss({ kind: 'question', what: 'old', at: now, once: 'd3' });
      expect((await one.misses(now)).map(({ what, count }) => [what, count])).toEqual([
        ['old', 1],
        ['kept', 1],
      ]);
    });
  });
}
