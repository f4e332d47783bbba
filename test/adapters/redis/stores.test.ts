import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createMitigations } from '../../../src/adapters/redis/mitigations.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { ledgerExam } from '../../contracts/ledger.ts';
import { mitigationsExam } from '../../contracts/mitigations.ts';
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

ledgerExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createLedger(redis.connect(), { prefix }), other: createLedger(redis.connect(), { prefix }) };
  },
});

mitigationsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return {
      one: createMitigations(redis.connect(), { prefix }),
      other: createMitigations(redis.connect(), { prefix }),
    };
  },
});

outboxExam({
  name: 'a Redis',
  setup: async (leaseMilliseconds) => {
    const options = { prefix: redis.freshPrefix(), leaseMilliseconds };
    return { one: createOutbox(redis.connect(), options), other: createOutbox(redis.connect(), options) };
  },
});
