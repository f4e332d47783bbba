import { fleetsExam } from '../contracts/fleets.ts';
import { ledgerExam } from '../contracts/ledger.ts';
import { outboxExam } from '../contracts/outbox.ts';
import { recordsExam } from '../contracts/records.ts';
import { createMemoryFleets } from './fleets.ts';
import { createMemoryLedger } from './ledger.ts';
import { createMemoryOutbox } from './outbox.ts';
import { createMemoryRecords } from './records.ts';

/** One process stands for two: there is nobody else to share memory with. */
const twice = <Store>(store: Store) => ({ one: store, other: store });

recordsExam({ name: 'memory', setup: async () => twice(createMemoryRecords()) });
fleetsExam({ name: 'memory', setup: async () => twice(createMemoryFleets()) });
ledgerExam({ name: 'memory', setup: async () => twice(createMemoryLedger()) });
outboxExam({ name: 'memory', setup: async (leaseMilliseconds) => twice(createMemoryOutbox(leaseMilliseconds)) });
