import { script } from './script.ts';

/** KEYS: run. ARGV: milliseconds to keep it or 0, then its fields. Gives back the fields that are stored. */
export const create = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  if tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
end
return redis.call('HGETALL', KEYS[1])
`);

/** KEYS: run. ARGV: proposal. Adds it to those of the run unless it is one of them; 0 when there is no run. */
export const addProposal = script(`
local stored = redis.call('HGET', KEYS[1], 'proposals')
if not stored then return 0 end
local proposals = cjson.decode(stored)
for _, one in ipairs(proposals) do if one == ARGV[1] then return 1 end end
proposals[#proposals + 1] = ARGV[1]
redis.call('HSET', KEYS[1], 'proposals', cjson.encode(proposals))
return 1
`);

/** KEYS: run or proposal. ARGV: milliseconds to keep it, 0 for ever or "as-is"; how many fields go, their names; new fields. */
export const update = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local gone = tonumber(ARGV[2])
for index = 3, 2 + gone do redis.call('HDEL', KEYS[1], ARGV[index]) end
if #ARGV > 2 + gone then redis.call('HSET', KEYS[1], unpack(ARGV, 3 + gone)) end
if ARGV[1] == '0' then redis.call('PERSIST', KEYS[1])
elseif ARGV[1] ~= 'as-is' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1
`);

/** KEYS: thread. ARGV: run, milliseconds to keep it. The server's clock orders runs of several processes. */
export const rememberThread = script(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2] * 1000)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

// A proposal's hash has, beside the record, `is` and `decision`: its state and its decision as JSON strings, for the
// scripts below. KEYS of all three: proposal, offered, unfinished.

/** ARGV: id, when its time is over (milliseconds since 1970), fields. Gives back the fields that are stored. */
export const createProposal = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'is', '"offered"', unpack(ARGV, 3))
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
end
return redis.call('HGETALL', KEYS[1])
`);

/** ARGV: id, new state, decision, milliseconds to keep what is over. "claimed", or the state that stands, or nil. */
export const decide = script(`
local is = redis.call('HGET', KEYS[1], 'is')
if not is then return nil end
if is ~= '"offered"' then return redis.call('HGET', KEYS[1], 'state') end
redis.call('HSET', KEYS[1], 'is', '"decided"', 'decision', '"' .. ARGV[3] .. '"', 'state', ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[3] == 'approved' then
  redis.call('ZADD', KEYS[3], redis.call('TIME')[1], ARGV[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 'claimed'
`);

/**
 * ARGV: id, new state, what it is, milliseconds to keep what is over. "moved"; "over" when it has ended already;
 * else what it is now, because one cannot get from there to the new state.
 */
export const advance = script(`
local fields = redis.call('HMGET', KEYS[1], 'is', 'decision')
local is = fields[1]
if not is then return nil end
if is == '"done"' or is == '"void"' then return 'over' end
if is == '"offered"' or fields[2] ~= '"approved"' then return is end
local ends = ARGV[3] == 'done' or ARGV[3] == 'void'
if not ends and ARGV[3] ~= 'applying' then return is end
redis.call('HSET', KEYS[1], 'is', '"' .. ARGV[3] .. '"', 'state', ARGV[2])
if ends then
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 'moved'
`);
