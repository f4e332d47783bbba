import { z } from 'zod';
import { parseDuration } from '../../core/duration.ts';
import type { ClusterLimits } from '../../ports/limits.ts';
import type { RedisConnection } from './connect.ts';
import { parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

const hour = 3_600_000;
/** The longest cooldown that is remembered; a policy that asks for more gets this. */
const longest = 30 * 24 * hour;

/**
 * KEYS: changes, objects, disruption. ARGV: proposal, now, how many changes, changes an hour or -1, cooldown in
 * milliseconds or 0, whether it disrupts, whether one may at a time, how long to keep objects, objects.
 * A change is `<proposal>/<number>` at its time, an object `<proposal>\\n<object>`: its last change by that proposal.
 */
const claim = script(`
local proposal, now, wanted = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local most, cooldown = tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ${hour})
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[8])
local holder = redis.call('GET', KEYS[3])
if ARGV[6] == '1' and ARGV[7] == '1' and holder and holder ~= proposal then return { 'one-disruption', holder } end
local mine = redis.call('ZSCORE', KEYS[1], proposal .. '/1')
if most >= 0 and not mine then
  local made = redis.call('ZCARD', KEYS[1])
  if made + wanted > most then
    local over = made + wanted - most
    local last = redis.call('ZRANGE', KEYS[1], over - 1, over - 1, 'WITHSCORES')
    return { 'changes-per-hour', made, wanted <= most and last[2] or '' }
  end
end
if cooldown > 0 then
  local recent = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. (now - cooldown), '+inf', 'WITHSCORES')
  for index = #recent - 1, 1, -2 do
    local by, object = string.match(recent[index], '^([^\\n]*)\\n(.*)$')
    for position = 9, #ARGV do
      if object == ARGV[position] and by ~= proposal then return { 'cooldown', object, recent[index + 1] } end
    end
  end
end
for number = 1, wanted do redis.call('ZADD', KEYS[1], 'NX', now, proposal .. '/' .. number) end
for position = 9, #ARGV do redis.call('ZADD', KEYS[2], 'NX', now, proposal .. '\\n' .. ARGV[position]) end
if ARGV[6] == '1' and not holder then redis.call('SET', KEYS[3], proposal) end
redis.call('PEXPIRE', KEYS[1], ${hour})
redis.call('PEXPIRE', KEYS[2], ARGV[8])
return { 'granted' }
`);

/** KEYS: disruption. ARGV: proposal. */
const release = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`);

const Claimed = z.union([
  z.tuple([z.literal('granted')]),
  z.tuple([z.literal('one-disruption'), z.string()]),
  z.tuple([z.literal('changes-per-hour'), z.number(), z.string()]),
  z.tuple([z.literal('cooldown'), z.string(), z.string()]),
]);

/** Limits whose every claim is one script, so that two workers cannot pass a limit together. */
export function createLimits(connection: RedisConnection, options: { readonly prefix?: string } = {}): ClusterLimits {
  const keys = keysUnder(options.prefix);
  return {
    async claim({ proposal, cluster, changes, disrupts, objects, at }, limits) {
      const cooldown = Math.min(longest, parseDuration(limits.cooldown ?? '') ?? 0);
      const count = [changes, limits.changesPerHour ?? -1, cooldown];
      const flags = [disrupts, limits.oneDisruptionAtATime].map((flag) => (flag ? 1 : 0));
      const values = [proposal, at.getTime(), ...count, ...flags, Math.max(hour, cooldown), ...objects];
      const named = (['changes', 'objects', 'disruption'] as const).map((what) => keys.limits(cluster, what));
      const reply = parseStored('The answer about limits', await runScript(connection, claim, named, values), Claimed);
      switch (reply[0]) {
        case 'granted':
          return { is: 'granted' };
        case 'one-disruption':
          return { is: 'hit', limit: reply[0], by: reply[1] };
        case 'changes-per-hour': {
          const freeAt = reply[2] === '' ? undefined : new Date(Number(reply[2]) + hour);
          return { is: 'hit', limit: reply[0], made: reply[1], freeAt };
        }
        case 'cooldown':
          return { is: 'hit', limit: reply[0], object: reply[1], freeAt: new Date(Number(reply[2]) + cooldown) };
      }
    },

    async release(cluster, proposal) {
      await runScript(connection, release, [keys.limits(cluster, 'disruption')], [proposal]);
    },
  };
}
