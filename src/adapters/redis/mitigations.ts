import { Mitigation } from '../../core/mitigation.ts';
import type { Mitigations } from '../../ports/mitigations.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { fieldsOf, parseFields } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

// KEYS of all: mitigation, open ones by when they are due. What an open one becomes is decided and stored in one step.

/** ARGV: id, when it is due (milliseconds since 1970), fields. Gives back the fields that are stored. */
const open = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
end
return redis.call('HGETALL', KEYS[1])
`);

/** ARGV: fields. Sets them while it is open; gives back the fields that are stored, none when there is none. */
const update = script(`
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HEXISTS', KEYS[1], 'closed') == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV))
end
return redis.call('HGETALL', KEYS[1])
`);

/** ARGV: id, how it was closed, milliseconds to keep it. 1 when this closed it. */
const close = script(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'closed') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'closed', ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

const keepMilliseconds = 90 * 86_400_000;

/** Fixes that are not permanent yet, in Redis. Open ones are kept for ever, closed ones for 90 days. */
export function createMitigations(
  connection: RedisConnection,
  options: { readonly prefix?: string } = {},
): Mitigations {
  const keys = keysUnder(options.prefix);
  const keysOf = (id: string) => [keys.mitigation(id), keys.mitigationsOpen];
  const ask = async <Result>(work: () => Promise<Result>) => connection.within(answerWithinMilliseconds, work);
  const parse = (id: string, reply: unknown) => parseFields(`The mitigation ${id}`, reply, Mitigation);
  const find = async (id: string) =>
    parse(id, await ask(async () => connection.client.call('HGETALL', keys.mitigation(id))));
  return {
    async open(mitigation) {
      const { id, dueAt } = mitigation;
      const values = [id, Date.parse(dueAt), ...fieldsOf(Mitigation.parse(mitigation))];
      const stored = parse(id, await runScript(connection, open, keysOf(id), values));
      if (stored === undefined) throw new TypeError(`The mitigation ${id} vanished while it was being stored.`);
      return stored;
    },
    find,
    async allOpen() {
      const ids = await ask(async () => connection.client.zrange(keys.mitigationsOpen, '0', '-1'));
      const all = await Promise.all(ids.map(find));
      return all.flatMap((one) => (one === undefined || one.closed !== undefined ? [] : [one]));
    },
    async take(id, owner) {
      return parse(id, await runScript(connection, update, keysOf(id), fieldsOf({ owner })));
    },
    async close(id, closed) {
      const values = [id, JSON.stringify(closed), keepMilliseconds];
      return (await runScript(connection, close, keysOf(id), values)) === 1;
    },
    async reminded(id, at) {
      await runScript(connection, update, keysOf(id), fieldsOf({ remindedAt: at }));
    },
  };
}
