import { FleetRecord } from '../../core/fleet.ts';
import type { Fleets } from '../../ports/fleets.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { fieldsOf, parseFields } from './fields.ts';
import { keysUnder } from './keys.ts';
import type { RecordsOptions } from './records.ts';
import { runScript, script } from './script.ts';

const millisecondsPerDay = 86_400_000;
const FleetFields = FleetRecord.partial().omit({ request: true });

/** KEYS: fleet run. ARGV: milliseconds to keep it or 0, then its fields. Gives back the fields that are stored. */
const create = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  if tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
end
return redis.call('HGETALL', KEYS[1])
`);

/** KEYS: fleet run. ARGV: milliseconds to keep it, 0 for ever or "as-is", then new fields. 0 when there is none. */
const update = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if #ARGV > 1 then redis.call('HSET', KEYS[1], unpack(ARGV, 2)) end
if ARGV[1] == '0' then redis.call('PERSIST', KEYS[1])
elseif ARGV[1] ~= 'as-is' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1
`);

/** Fleet runs, kept like single ones: what is not over yet is never dropped. */
export function createFleets(connection: RedisConnection, options: RecordsOptions = {}): Fleets {
  const keys = keysUnder(options.prefix);
  const keep = (options.keepDays ?? 90) * millisecondsPerDay;
  const expiryOf = (state: FleetRecord['state'] | undefined) =>
    state === undefined ? 'as-is' : state === 'running' ? 0 : keep;
  const parse = (id: string, reply: unknown) => parseFields(`The fleet run ${id}`, reply, FleetRecord);

  return {
    async create(record) {
      const { fleet } = record.request;
      const values = [expiryOf(record.state), ...fieldsOf(FleetRecord.parse(record))];
      const stored = parse(fleet, await runScript(connection, create, [keys.fleet(fleet)], values));
      if (stored === undefined) throw new TypeError(`The fleet run ${fleet} vanished while it was being stored.`);
      return stored;
    },

    async fleet(id) {
      const ask = async () => connection.client.call('HGETALL', keys.fleet(id));
      return parse(id, await connection.within(answerWithinMilliseconds, ask));
    },

    async update(id, fields) {
      const values = [expiryOf(fields.state), ...fieldsOf(FleetFields.parse(fields))];
      const found = await runScript(connection, update, [keys.fleet(id)], values);
      if (found !== 1) throw new TypeError(`There is no fleet run ${id} to update.`);
    },
  };
}
