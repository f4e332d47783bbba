import { script } from './script.ts';

// Standings are one hash of counters: `helped <article>`, `not-helpful <article>`, `verified <article>`.

/** KEYS: votes of the run, standings. ARGV: person and article, opinion, article, milliseconds to keep the votes. */
export const vote = script(`
local before = redis.call('HGET', KEYS[1], ARGV[1])
if before == ARGV[2] then return 'unchanged' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('HINCRBY', KEYS[2], ARGV[2] .. ' ' .. ARGV[3], 1)
if not before then return 'counted' end
redis.call('HINCRBY', KEYS[2], before .. ' ' .. ARGV[3], -1)
return 'changed'
`);

/** KEYS: mark of the proposal, standings. ARGV: milliseconds to keep the mark, articles. */
export const countFix = script(`
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then return 0 end
for index = 2, #ARGV do redis.call('HINCRBY', KEYS[2], 'verified ' .. ARGV[index], 1) end
return 1
`);

// Misses are a sorted set by their last time and a hash of their counts; a member is the JSON of its kind and words.

/**
 * KEYS: mark, times, counts. ARGV: member, when (milliseconds since 1970), milliseconds to keep the mark, when what
 * is forgotten was last, how many are kept.
 */
export const noteMiss = script(`
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[3]) then return 0 end
local function forget(members)
  for _, member in ipairs(members) do
    redis.call('ZREM', KEYS[2], member)
    redis.call('HDEL', KEYS[3], member)
  end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4], 'LIMIT', 0, 100))
local last = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not last or tonumber(last) < tonumber(ARGV[2]) then redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1]) end
redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if over > 0 then forget(redis.call('ZRANGE', KEYS[2], 0, over - 1)) end
return 1
`);

/** KEYS: times, counts. ARGV: when the oldest was last. Gives back member, last time and count, one after the other. */
export const misses = script(`
local found = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES')
local answer = {}
for index = 1, #found, 2 do
  answer[#answer + 1] = found[index]
  answer[#answer + 1] = found[index + 1]
  answer[#answer + 1] = redis.call('HGET', KEYS[2], found[index]) or '0'
end
return answer
`);
