import { Freeze, FreezeEnd, type FreezeRecord } from '../../core/freeze.ts';
import type { Freezes } from '../../ports/freezes.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseJson, parseStored } from './fields.ts';
import { keysUnder } from './keys.ts';
import { runScript, script } from './script.ts';

/** KEYS: freezes. ARGV: field, freeze. Gives back the one that is stored. */
const set = script(`
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])
`);

/** KEYS: freezes. ARGV: field of the freeze, field to add, its value. 1 when it was added now. */
const addTo = script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])
`);

// One hash holds them all: there are few. What happens to a freeze later stands in fields of its own, so that nobody
// has to read before writing. An id may hold anything but is encoded, so that a slash ends it.
const namesOf = (id: string) => {
  const own = encodeURIComponent(id);
  return { own, end: `${own}/end`, toldSet: `${own}/told-set`, toldEnd: `${own}/told-end` };
};

/** Freezes in Redis. */
export function createFreezes(connection: RedisConnection, options: { readonly prefix?: string } = {}): Freezes {
  const { freezes } = keysUnder(options.prefix);
  return {
    async set(freeze) {
      const stored = JSON.stringify(Freeze.parse(freeze));
      const reply = await runScript(connection, set, [freezes], [namesOf(freeze.id).own, stored]);
      return parse(`The freeze ${freeze.id}`, String(reply), Freeze);
    },

    async end(id, end) {
      const { own, end: field } = namesOf(id);
      return (await runScript(connection, addTo, [freezes], [own, field, JSON.stringify(FreezeEnd.parse(end))])) === 1;
    },

    async told(id, what) {
      const { own, toldSet, toldEnd } = namesOf(id);
      await runScript(connection, addTo, [freezes], [own, what === 'set' ? toldSet : toldEnd, '1']);
    },

    async all() {
      const stored = await connection.within(answerWithinMilliseconds, async () => connection.client.hgetall(freezes));
      return Object.entries(stored)
        .filter(([field]) => !field.includes('/'))
        .map(([field, text]): FreezeRecord => {
          const freeze = parse(`The freeze ${field}`, text, Freeze);
          const { end, toldSet, toldEnd } = namesOf(freeze.id);
          const ended = stored[end];
          return {
            freeze,
            ...(ended === undefined ? {} : { end: parse(`The end of the freeze ${field}`, ended, FreezeEnd) }),
            told: { set: toldSet in stored, end: toldEnd in stored },
          };
        })
        .sort((one, other) => Date.parse(one.freeze.from) - Date.parse(other.freeze.from));
    },

    async forget(id) {
      await connection.within(answerWithinMilliseconds, async () =>
        connection.client.hdel(freezes, ...Object.values(namesOf(id))),
      );
    },
  };
}

function parse<Value>(what: string, text: string, schema: Parameters<typeof parseStored<Value>>[2]): Value {
  return parseStored(what, parseJson(what, text), schema);
}
