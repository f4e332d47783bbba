import { z } from 'zod';
import type { StoredEntry, StoredLedger } from '../../ports/ledger.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { keysUnder } from './keys.ts';

const pageLength = 500;

const Head = z.object({ sequence: z.coerce.number().int(), hash: z.string() });

/** The ledger's stream and its head as they lie in Redis, for whoever checks them; nothing is parsed or repaired. */
export function createStoredLedger(
  connection: RedisConnection,
  options: { readonly prefix?: string } = {},
): StoredLedger {
  const keys = keysUnder(options.prefix);
  const { client } = connection;
  const ask = async <Result>(work: () => Promise<Result>) => connection.within(answerWithinMilliseconds, work);
  return {
    async *entries(from = 1) {
      let start = `${Math.max(0, from)}-0`;
      for (;;) {
        const begin = start;
        const page = await ask(async () => client.xrange(keys.ledger, begin, '+', 'COUNT', pageLength));
        for (const [id, fields] of page) {
          yield storedEntry(id, fields);
          // By the whole id: an entry that somebody squeezed in under a second number must be seen.
          start = `(${id}`;
        }
        if (page.length < pageLength) return;
      }
    },

    async head() {
      const stored = await ask(async () => client.hgetall(keys.ledgerHead));
      return Head.safeParse(stored).data;
    },
  };
}

function storedEntry(id: string, fields: readonly string[]): StoredEntry {
  const valueOf = (name: string) => fields[fields.indexOf(name) + 1];
  const [number, second] = id.split('-').map(Number);
  return { number: second === 0 ? number : undefined, hash: valueOf('hash'), text: valueOf('entry') ?? '' };
}
