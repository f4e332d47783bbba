import { type ArticleStanding, notJudged } from '../../src/core/article-standing.ts';
import { type Miss, missesKeptDays } from '../../src/core/miss.ts';
import type { Feedback, Opinion } from '../../src/ports/feedback.ts';

const counters = { helped: 'helped', 'not-helpful': 'notHelpful' } as const;

const oldestOf = (now: Date) => new Date(now.getTime() - missesKeptDays * 86_400_000).toISOString();

/** Feedback in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryFeedback(): Feedback {
  const votes = new Map<string, Opinion>();
  const standings = new Map<string, ArticleStanding>();
  const counted = new Set<string>();
  const misses = new Map<string, Miss>();
  const add = (article: string, counter: keyof ArticleStanding, count: number) => {
    const before = standings.get(article) ?? notJudged;
    standings.set(article, { ...before, [counter]: before[counter] + count });
  };
  return {
    async vote({ run, article, person, opinion }) {
      const key = JSON.stringify([run, article, person]);
      const before = votes.get(key);
      if (before === opinion) return 'unchanged';
      votes.set(key, opinion);
      add(article, counters[opinion], 1);
      if (before === undefined) return 'counted';
      add(article, counters[before], -1);
      return 'changed';
    },
    async countFix(proposal, articles) {
      if (counted.has(`fix ${proposal}`)) return;
      counted.add(`fix ${proposal}`);
      for (const article of new Set(articles)) add(article, 'verifiedFixes', 1);
    },
    async standings() {
      return new Map(standings);
    },
    async noteMiss({ kind, what, at, once }) {
      if (counted.has(`miss ${once}`)) return;
      counted.add(`miss ${once}`);
      const key = JSON.stringify([kind, what]);
      const known = misses.get(key);
      const before = known !== undefined && known.last >= oldestOf(at) ? known : undefined;
      const last = [at.toISOString(), ...(before === undefined ? [] : [before.last])].sort().at(-1) ?? '';
      misses.set(key, { kind, what, count: (before?.count ?? 0) + 1, last });
    },
    async misses(now) {
      const oldest = oldestOf(now);
      return [...misses.values()]
        .filter(({ last }) => last >= oldest)
        .sort((one, other) => other.count - one.count || other.last.localeCompare(one.last));
    },
  };
}
