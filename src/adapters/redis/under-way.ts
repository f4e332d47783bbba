import { Joiner, TriageJob } from '../../core/job.ts';
import type { UnderWay } from '../../ports/under-way.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseJson, parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

/** KEYS: place. ARGV: run, job, the run that may be put out or "", milliseconds to keep it. Gives back the job there. */
const take = script(`
local run = redis.call('HGET', KEYS[1], 'run')
if not run or run == ARGV[1] or run == ARGV[3] then
  if run ~= ARGV[1] then redis.call('HSET', KEYS[1], 'run', ARGV[1], 'job', ARGV[2]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return redis.call('HGET', KEYS[1], 'job')
`);

/** KEYS: joiners, their order. ARGV: person and place, joiner, milliseconds to keep them. */
const join = script(`
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`);

/** KEYS: joiners, their order. */
const joiners = script(`
local order = redis.call('LRANGE', KEYS[2], 0, -1)
if #order == 0 then return {} end
return redis.call('HMGET', KEYS[1], unpack(order))
`);

/** Far longer than any run takes: what is over is forgotten after it. */
const keepMilliseconds = 86_400_000;

export function createUnderWay(connection: RedisConnection, options: { readonly prefix?: string } = {}): UnderWay {
  const keys = keysUnder(options.prefix);
  const ofJoiners = (run: string) => [keys.joiners(run), keys.joinersOrder(run)];
  const ask = async (...[what, names, values]: readonly [ReturnType<typeof script>, string[], (string | number)[]]) =>
    runScript(connection, what, names, values, answerWithinMilliseconds);
  return {
    async take(kind, job, over = '') {
      const values = [job.run, JSON.stringify(TriageJob.parse(job)), over, keepMilliseconds];
      const what = `The job that runs for ${kind}`;
      return parseStored(what, parseJson(what, String(await ask(take, [keys.place(kind)], values))), TriageJob);
    },
    async join(run, joiner) {
      const who = JSON.stringify([joiner.by.id, joiner.place.channel, joiner.place.thread ?? '']);
      await ask(join, ofJoiners(run), [who, JSON.stringify(Joiner.parse(joiner)), keepMilliseconds]);
    },
    async joiners(run) {
      const reply = await ask(joiners, ofJoiners(run), []);
      if (!Array.isArray(reply)) throw new TypeError(`The joiners of ${run} are not stored as a list.`);
      const what = `Somebody who joined ${run}`;
      return reply.map((text) => parseStored(what, parseJson(what, String(text)), Joiner));
    },
  };
}
