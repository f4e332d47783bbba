import { chain, chainStart, LedgerEntry, type LedgerEvent, storedEvent } from '../../core/ledger-entry.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseJson, parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

/**
 * KEYS: ledger, its head, index of the proposal. ARGV: sequence, hash of the entry before it, own hash, entry, 1 to
 * index it. Appends and answers "appended" only when the last entry is the one this was chained to; else gives back
 * the sequence and hash of the last entry, or nothing when the ledger is empty. Where entries were removed from the
 * end, the head knows which was the last: the gap stays where it is, and the house goes on behind it.
 */
const append = script(`
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local sequence = 0
local hash = '${chainStart}'
if last then
  sequence = tonumber(string.match(last[1], '^%d+'))
  hash = last[2][2]
end
local head = redis.call('HMGET', KEYS[2], 'sequence', 'hash')
if head[1] and head[2] and tonumber(head[1]) > sequence then
  sequence = tonumber(head[1])
  hash = head[2]
end
if sequence + 1 ~= tonumber(ARGV[1]) or hash ~= ARGV[2] then return { tostring(sequence), hash } end
redis.call('XADD', KEYS[1], ARGV[1] .. '-0', 'hash', ARGV[3], 'entry', ARGV[4])
redis.call('HSET', KEYS[2], 'sequence', ARGV[1], 'hash', ARGV[3])
if ARGV[5] == '1' then redis.call('RPUSH', KEYS[3], ARGV[1]) end
return 'appended'
`);

/** KEYS: ledger, index of the proposal. Gives back the entries of the index in order. */
const ofProposal = script(`
local entries = {}
for _, sequence in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  local found = redis.call('XRANGE', KEYS[1], sequence .. '-0', sequence .. '-0')[1]
  entries[#entries + 1] = found and found[2][4] or ('null:' .. sequence)
end
return entries
`);

const pageLength = 500;

/**
 * A ledger in a Redis stream whose ids are the sequence numbers: Redis itself refuses to change an entry or to put
 * one in between. Nothing is ever trimmed. Several processes append at once: whoever chained to an entry that is
 * no longer the last one chains again to the new one.
 */
export function createLedger(connection: RedisConnection, options: { readonly prefix?: string } = {}): Ledger {
  const keys = keysUnder(options.prefix);
  let head = { sequence: 0, hash: chainStart };
  let turn: Promise<unknown> = Promise.resolve();

  async function appendNow(event: LedgerEvent, deadline: number): Promise<LedgerEntry> {
    const index = keys.ledgerOf(event.proposal ?? '');
    for (;;) {
      const entry = chain(event, head.sequence + 1, head.hash);
      const values = [
        entry.sequence,
        entry.previous,
        entry.hash,
        JSON.stringify(entry),
        event.proposal === undefined ? 0 : 1,
      ];
      const left = deadline - performance.now();
      if (left <= 0) throw new StoreUnavailable(`The ledger did not answer within ${answerWithinMilliseconds} ms.`);
      const reply = await runScript(connection, append, [keys.ledger, keys.ledgerHead, index], values, left);
      if (reply === 'appended') {
        head = { sequence: entry.sequence, hash: entry.hash };
        return entry;
      }
      if (!Array.isArray(reply)) throw new TypeError('The ledger is not stored as a chain.');
      head = { sequence: Number(reply[0]), hash: String(reply[1]) };
    }
  }

  return {
    async append(event) {
      // What is hashed must be what is read back.
      const stored = storedEvent(event);
      // One at a time within a process, so that only other processes can be in the way. Waiting for one's turn counts.
      const deadline = performance.now() + answerWithinMilliseconds;
      const mine = turn.then(async () => appendNow(stored, deadline));
      turn = mine.catch(() => {});
      return mine;
    },

    async ofProposal(proposal) {
      const reply = await runScript(connection, ofProposal, [keys.ledger, keys.ledgerOf(proposal)], []);
      if (!Array.isArray(reply)) throw new TypeError('The ledger is not stored as a chain.');
      return reply.map((text) => parseEntry(`An entry of the proposal ${proposal}`, String(text)));
    },

    async *read(from = 1) {
      let next = Math.max(1, from);
      for (;;) {
        const start = `${next}-0`;
        const page = await connection.within(answerWithinMilliseconds, async () =>
          connection.client.xrange(keys.ledger, start, '+', 'COUNT', pageLength),
        );
        for (const [id, fields] of page) {
          yield parseEntry(`The ledger's entry ${id.split('-')[0]}`, fields[fields.indexOf('entry') + 1] ?? '');
          next = Number(id.split('-')[0]) + 1;
        }
        if (page.length < pageLength) return;
      }
    },
  };
}

function parseEntry(what: string, text: string): LedgerEntry {
  return parseStored(what, parseJson(what, text), LedgerEntry);
}
