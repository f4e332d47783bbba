import { z } from 'zod';
import type { Outbox } from '../../ports/outbox.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

// One hash a message. `since`: somebody began to post it then and it is not known to be posted. `owner` and `until`:
// the lease. `channel` and `id`: where it is. `content`: the digest of what it shows, absent when that is uncertain.
// Times are the server's, in milliseconds, so that the clocks of processes need not agree. KEYS: the message.

const preamble = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function field(name) return redis.call('HGET', KEYS[1], name) end
`;

/** ARGV: owner, milliseconds of the lease, milliseconds to keep the message. */
const begin = script(`${preamble}
local owner = field('owner')
if owner and owner ~= ARGV[1] and tonumber(field('until')) > now then return { 'busy' } end
local since = field('since')
local channel = field('channel')
-- A lease that is still there was neither finished nor abandoned: how that try ended is not known.
if owner then redis.call('HDEL', KEYS[1], 'content') end
if not channel and not since then redis.call('HSET', KEYS[1], 'since', now) end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if channel then return { 'posted', channel, field('id'), field('content') } end
if since then
  redis.call('HSET', KEYS[1], 'unclear', 1)
  return { 'unclear', since }
end
return { 'new' }
`);

/** ARGV: owner, channel, id, content, milliseconds to keep the message. Late words of a lost lease change nothing. */
const finish = script(`${preamble}
local owner = field('owner')
if owner ~= ARGV[1] and (owner or field('channel')) then return 0 end
redis.call('HSET', KEYS[1], 'channel', ARGV[2], 'id', ARGV[3], 'content', ARGV[4])
redis.call('HDEL', KEYS[1], 'owner', 'until', 'since', 'unclear')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`);

/** ARGV: owner. A message that nobody ever tried to post is forgotten; an unclear one stays unclear. */
const abandon = script(`${preamble}
if field('owner') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'owner', 'until')
if not field('channel') and not field('unclear') then redis.call('DEL', KEYS[1]) end
return 1
`);

const Begun = z.union([
  z.tuple([z.literal('new')]),
  z.tuple([z.literal('busy')]),
  z.tuple([z.literal('unclear'), z.string()]),
  z.tuple([z.literal('posted'), z.string(), z.string()]),
  z.tuple([z.literal('posted'), z.string(), z.string(), z.string().nullable()]),
]);

export type OutboxOptions = {
  readonly prefix?: string;
  /** How long an owner may be silent before somebody else takes its message over. 30 seconds unless told. */
  readonly leaseMilliseconds?: number;
  /** How long it is remembered where a message is, since it was last touched. 90 days unless told. */
  readonly keepDays?: number;
};

/** An outbox whose every answer is one script, so that of two processes exactly one is told `new`. */
export function createOutbox(connection: RedisConnection, options: OutboxOptions = {}): Outbox {
  const keys = keysUnder(options.prefix);
  const lease = options.leaseMilliseconds ?? 30_000;
  const keep = (options.keepDays ?? 90) * 86_400_000;
  return {
    async begin(key, owner) {
      const reply = await runScript(connection, begin, [keys.outbox(key)], [owner, lease, keep]);
      const begun = parseStored(`The message ${key}`, reply, Begun);
      switch (begun[0]) {
        case 'unclear':
          return { is: 'unclear', since: new Date(Number(begun[1])) };
        case 'posted':
          return { is: 'posted', posted: { channel: begun[1], id: begun[2] }, content: begun[3] ?? undefined };
        case 'new':
        case 'busy':
          return { is: begun[0] };
      }
    },

    async finish(key, owner, posted, content) {
      await runScript(connection, finish, [keys.outbox(key)], [owner, posted.channel, posted.id, content, keep]);
    },

    async abandon(key, owner) {
      await runScript(connection, abandon, [keys.outbox(key)], [owner]);
    },

    async find(key) {
      const [channel, id] = await connection.within(answerWithinMilliseconds, async () =>
        connection.client.hmget(keys.outbox(key), 'channel', 'id'),
      );
      return typeof channel === 'string' && typeof id === 'string' ? { channel, id } : undefined;
    },
  };
}
