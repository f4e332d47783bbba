import { createAlerts } from '../../../src/adapters/redis/alerts.ts';
import { createFeedback } from '../../../src/adapters/redis/feedback.ts';
import { createFleets } from '../../../src/adapters/redis/fleets.ts';
import { createFreezes } from '../../../src/adapters/redis/freezes.ts';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createLimits } from '../../../src/adapters/redis/limits.ts';
import { createMitigations } from '../../../src/adapters/redis/mitigations.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { createUnderWay } from '../../../src/adapters/redis/under-way.ts';
import { alertsExam } from '../../contracts/alerts.ts';
import { feedbackExam } from '../../contracts/feedback.ts';
import { fleetsExam } from '../../contracts/fleets.ts';
import { freezesExam } from '../../contracts/freezes.ts';
import { ledgerExam } from '../../contracts/ledger.ts';
import { limitsExam } from '../../contracts/limits.ts';
import { mitigationsExam } from '../../contracts/mitigations.ts';
import { outboxExam } from '../../contracts/outbox.ts';
import { recordsExam } from '../../contracts/records.ts';
import { underWayExam } from '../../contracts/under-way.ts';
import { useRedis } from '../../redis.ts';

const redis = useRedis();

recordsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createRecords(redis.connect(), { prefix }), other: createRecords(redis.connect(), { prefix }) };
  },
});

freezesExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createFreezes(redis.connect(), { prefix }), other: createFreezes(redis.connect(), { prefix }) };
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

underWayExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createUnderWay(redis.connect(), { prefix }), other: createUnderWay(redis.connect(), { prefix }) };
  },
});

alertsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createAlerts(redis.connect(), { prefix }), other: createAlerts(redis.connect(), { prefix }) };
  },
});

limitsExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createLimits(redis.connect(), { prefix }), other: createLimits(redis.connect(), { prefix }) };
  },
});

feedbackExam({
  name: 'a Redis',
  setup: async () => {
    const prefix = redis.freshPrefix();
    return { one: createFeedback(redis.connect(), { prefix }), other: createFeedback(redis.connect(), { prefix }) };
  },
});
