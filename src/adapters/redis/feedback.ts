import { z } from 'zod';
import { type ArticleStanding, notJudged } from '../../core/article-standing.ts';
import { Miss, missesKeptDays } from '../../core/miss.ts';
import type { Feedback } from '../../ports/feedback.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import * as scripts from './feedback-scripts.ts';
import { parseJson, parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript } from './script.ts';

const dayMilliseconds = 86_400_000;
/** As long as runs and proposals are kept: after that nobody can vote or prove anything about them. */
const keptMilliseconds = 90 * dayMilliseconds;
const mostMisses = 1000;

const counters: Readonly<Record<string, keyof ArticleStanding>> = {
  helped: 'helped',
  'not-helpful': 'notHelpful',
  verified: 'verifiedFixes',
};

const Member = z.tuple([Miss.shape.kind, Miss.shape.what]);

export function createFeedback(connection: RedisConnection, options: { readonly prefix?: string } = {}): Feedback {
  const keys = keysUnder(options.prefix);
  return {
    async vote({ run, article, person, opinion }) {
      const values = [JSON.stringify([person, article]), opinion, article, keptMilliseconds];
      const reply = await runScript(connection, scripts.vote, [keys.votes(run), keys.standings], values);
      if (reply === 'counted' || reply === 'changed' || reply === 'unchanged') return reply;
      throw new TypeError(`The vote on ${article} was answered with ${String(reply)}.`);
    },

    async countFix(proposal, articles) {
      const values = [keptMilliseconds, ...new Set(articles)];
      await runScript(connection, scripts.countFix, [keys.fixCounted(proposal), keys.standings], values);
    },

    async standings() {
      const stored = await connection.within(answerWithinMilliseconds, async () =>
        connection.client.hgetall(keys.standings),
      );
      const standings = new Map<string, ArticleStanding>();
      for (const [field, count] of Object.entries(stored)) {
        const at = field.indexOf(' ');
        const counter = counters[field.slice(0, at)];
        const article = field.slice(at + 1);
        if (counter === undefined) continue;
        standings.set(article, { ...(standings.get(article) ?? notJudged), [counter]: Number(count) });
      }
      return standings;
    },

    async noteMiss({ kind, what, at, once }) {
      const time = at.getTime();
      const values = [JSON.stringify([kind, what]), time, dayMilliseconds, oldestAt(at), mostMisses];
      const used = [keys.missCounted(once), keys.missTimes, keys.missCounts];
      await runScript(connection, scripts.noteMiss, used, values);
    },

    async misses(now) {
      const reply = await runScript(connection, scripts.misses, [keys.missTimes, keys.missCounts], [oldestAt(now)]);
      if (!Array.isArray(reply)) throw new TypeError('The questions without an article are not stored as a list.');
      const found: Miss[] = [];
      for (let at = 0; at + 2 < reply.length; at += 3) found.push(missOf(reply.slice(at, at + 3)));
      return found.sort((one, other) => other.count - one.count || other.last.localeCompare(one.last));
    },
  };
}

function oldestAt(now: Date): number {
  return now.getTime() - missesKeptDays * dayMilliseconds;
}

function missOf([member, last, count]: readonly unknown[]): Miss {
  const what = 'A question without an article';
  const [kind, words] = parseStored(what, parseJson(what, String(member)), Member);
  return { kind, what: words, count: Number(count), last: new Date(Number(last)).toISOString() };
}
