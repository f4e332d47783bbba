import { alertsExam } from '../contracts/alerts.ts';
import { feedbackExam } from '../contracts/feedback.ts';
import { fleetsExam } from '../contracts/fleets.ts';
import { freezesExam } from '../contracts/freezes.ts';
import { ledgerExam } from '../contracts/ledger.ts';
import { limitsExam } from '../contracts/limits.ts';
import { mitigationsExam } from '../contracts/mitigations.ts';
import { outboxExam } from '../contracts/outbox.ts';
import { recordsExam } from '../contracts/records.ts';
import { underWayExam } from '../contracts/under-way.ts';
import { createMemoryAlerts } from './alerts.ts';
import { createMemoryFeedback } from './feedback.ts';
import { createMemoryFleets } from './fleets.ts';
import { createMemoryFreezes } from './freezes.ts';
import { createMemoryLedger } from './ledger.ts';
import { createMemoryLimits } from './limits.ts';
import { createMemoryMitigations } from './mitigations.ts';
import { createMemoryOutbox } from './outbox.ts';
import { createMemoryRecords } from './records.ts';
import { createMemoryUnderWay } from './under-way.ts';

/** One process stands for two: there is nobody else to share memory with. */
const twice = <Store>(store: Store) => ({ one: store, other: store });

recordsExam({ name: 'memory', setup: async () => twice(createMemoryRecords()) });
freezesExam({ name: 'memory', setup: async () => twice(createMemoryFreezes()) });
fleetsExam({ name: 'memory', setup: async () => twice(createMemoryFleets()) });
ledgerExam({ name: 'memory', setup: async () => twice(createMemoryLedger()) });
outboxExam({ name: 'memory', setup: async (leaseMilliseconds) => twice(createMemoryOutbox(leaseMilliseconds)) });
underWayExam({ name: 'memory', setup: async () => twice(createMemoryUnderWay()) });
alertsExam({ name: 'memory', setup: async () => twice(createMemoryAlerts()) });
limitsExam({ name: 'memory', setup: async () => twice(createMemoryLimits()) });
feedbackExam({ name: 'memory', setup: async () => twice(createMemoryFeedback()) });
mitigationsExam({ name: 'memory', setup: async () => twice(createMemoryMitigations()) });
