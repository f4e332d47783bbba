import { createFleets } from '../../../src/adapters/redis/fleets.ts';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { fleetsExam } from '../../contracts/fleets.ts';
import { ledgerExam } from '../../contracts/ledger.ts';
import { outboxExam } from '../../contracts/outbox.ts';
import { recordsExam } from '../../contracts/records.ts';
import { useRedis } from '../../redis.ts';

const redis = useRedis();

recordsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createRecords(redis.connect(), { prefix }), other: createRecords(redis.connect(), { prefix }) };
  },
});

fleetsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createFleets(redis.connect(), { prefix }), other: createFleets(redis.connect(), { prefix }) };
  },
});

ledgerExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createLedger(redis.connect(), { prefix }), other: createLedger(redis.connect(), { prefix }) };
  },
});

outboxExam({
  name: 'a Redis',
  setup: async (leaseMilliseconds) => {
    const options = { prefix: redis.freshPrefix(), leaseMilliseconds };
    return { one: createOutbox(redis.connect(), options), other: createOutbox(redis.connect(), options) };
  },
});
