import { AlertRecord } from '../../core/alert.ts';
import type { Alerts } from '../../ports/alerts.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseJson, parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

/** KEYS: alert. ARGV: what it was, "" for nothing; what it becomes; milliseconds to keep it. 1 when it was so. */
const replace = script(`
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** KEYS: places. ARGV: member, limit, now and the start of the window in milliseconds, the window's length. 1 when taken. */
const takePlace = script(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`);

/** KEYS: lines. ARGV: line, milliseconds to keep it. The lines in their order. */
const addTo = script(`
redis.call('ZADD', KEYS[1], 'NX', redis.call('ZCARD', KEYS[1]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`);

const millisecondsPerDay = 86_400_000;

export function createAlerts(connection: RedisConnection, options: { readonly prefix?: string } = {}): Alerts {
  const keys = keysUnder(options.prefix);
  const parse = (fingerprint: string, text: string) =>
    parseStored(`The alert ${fingerprint}`, parseJson(`The alert ${fingerprint}`, text), AlertRecord);
  const read = async (fingerprint: string): Promise<string | null> =>
    connection.within(answerWithinMilliseconds, async () => connection.client.get(keys.alert(fingerprint)));
  return {
    async alert(fingerprint) {
      const text = await read(fingerprint);
      return text === null ? undefined : parse(fingerprint, text);
    },
    async update(fingerprint, change) {
      for (;;) {
        const before = await read(fingerprint);
        const after = AlertRecord.parse(change(before === null ? undefined : parse(fingerprint, before)));
        const values = [before ?? '', JSON.stringify(after), 90 * millisecondsPerDay];
        if ((await runScript(connection, replace, [keys.alert(fingerprint)], values)) === 1) return after;
      }
    },
    async takePlace(scope, member, { limit, milliseconds, now }) {
      const at = now.getTime();
      const values = [member, limit, at, at - milliseconds, milliseconds];
      return (await runScript(connection, takePlace, [keys.alertPlaces(scope)], values)) === 1;
    },
    async addTo(list, line) {
      const reply = await runScript(connection, addTo, [keys.alertList(list)], [line, millisecondsPerDay]);
      if (!Array.isArray(reply)) throw new TypeError(`The list ${list} is not stored as a list.`);
      return reply.map(String);
    },
  };
}
