import { script } from './script.ts';

// KEYS of both: run, unfinished runs, which are ordered by the server's clock.

/** ARGV: id, milliseconds to keep it or 0, then its fields. Gives back the fields that are stored. */
export const create = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  if tonumber(ARGV[2]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2])
  else
    local time = redis.call('TIME')
    redis.call('ZADD', KEYS[2], time[1] * 1000000 + time[2], ARGV[1])
  end
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

/** KEYS: proposal. ARGV: new fields. 0 when there is none. */
export const updateProposal = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
`);

/** ARGV: id; milliseconds to keep it, 0 for ever or "as-is"; how many fields go, their names; new fields. */
export const updateRun = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local gone = tonumber(ARGV[3])
for index = 4, 3 + gone do redis.call('HDEL', KEYS[1], ARGV[index]) end
if #ARGV > 3 + gone then redis.call('HSET', KEYS[1], unpack(ARGV, 4 + gone)) end
if ARGV[2] == '0' then
  redis.call('PERSIST', KEYS[1])
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], 'NX', time[1] * 1000000 + time[2], ARGV[1])
elseif ARGV[2] ~= 'as-is' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
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
// scripts below. KEYS: proposal, offered, unfinished.

/** ARGV: id, when its time is over (milliseconds since 1970), fields. Gives back the fields that are stored. */
export const createProposal = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'is', '"offered"', unpack(ARGV, 3))
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
end
return redis.call('HGETALL', KEYS[1])
`);

const take = `
local function decided(state, decision)
  redis.call('HSET', KEYS[1], 'is', '"decided"', 'decision', '"' .. decision .. '"', 'state', state)
  redis.call('ZREM', KEYS[2], ARGV[1])
end
local function unfinished() redis.call('ZADD', KEYS[3], redis.call('TIME')[1], ARGV[1]) end
local is = redis.call('HGET', KEYS[1], 'is')
if not is then return nil end
if is ~= '"offered"' then return { 'over', redis.call('HGET', KEYS[1], 'state') } end
`;

/**
 * KEYS also: reviews, open reviews. ARGV: id, new state, decision, milliseconds to keep what is over, and with a review
 * its text and its time in milliseconds. "decided", "over" with the state that stands, or nil.
 */
export const decide = script(`${take}
decided(ARGV[2], ARGV[3])
if ARGV[3] == 'approved' then unfinished() else redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
if ARGV[5] and redis.call('HSETNX', KEYS[4], ARGV[1], ARGV[5]) == 1 then
  redis.call('ZADD', KEYS[5], ARGV[6], ARGV[1])
end
return { 'decided' }
`);

/**
 * A person's approval is the field `approval:<person>` with its number, and `given` counts them. ARGV: id, state once it is decided,
 * person, approval, how many are wanted. "decided", "counted" or "again" with how many there are, "over", or nil.
 */
export const approve = script(`${take}
local field = 'approval:' .. ARGV[3]
local new = 1 - redis.call('HEXISTS', KEYS[1], field)
local given = redis.call('HINCRBY', KEYS[1], 'given', new)
if new == 1 then redis.call('HSET', KEYS[1], field, '{"number":' .. given .. ',"given":' .. ARGV[4] .. '}') end
if given >= tonumber(ARGV[5]) then
  decided(ARGV[2], 'approved')
  unfinished()
  return { 'decided', given }
end
return { new == 1 and 'counted' or 'again', given }
`);

/** KEYS: reviews, open reviews. ARGV: proposal, the closed review. 1 when it was open. */
export const closeReview = script(`
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
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

/** KEYS: proposal. ARGV: when, as a JSON string. 1 when it was offered and is escalated now for the first time. */
export const escalate = script(`
if redis.call('HGET', KEYS[1], 'is') ~= '"offered"' then return 0 end
return redis.call('HSETNX', KEYS[1], 'escalatedAt', ARGV[1])
`);
