import { Queue as BullQueue, QueueEvents, Worker } from 'bullmq';
import { createQueue } from '../src/adapters/bullmq/queue.ts';
import { startWorkers } from '../src/adapters/bullmq/workers.ts';
import { createAlerts } from '../src/adapters/redis/alerts.ts';
import { connectRedis } from '../src/adapters/redis/connect.ts';
import { createFeedback } from '../src/adapters/redis/feedback.ts';
import { createFleets } from '../src/adapters/redis/fleets.ts';
import { createFreezes } from '../src/adapters/redis/freezes.ts';
import { createLedger } from '../src/adapters/redis/ledger.ts';
import { createLimits } from '../src/adapters/redis/limits.ts';
import { createMitigations } from '../src/adapters/redis/mitigations.ts';
import { createRecords } from '../src/adapters/redis/records.ts';
import { createUnderWay } from '../src/adapters/redis/under-way.ts';
import { openWorld } from '../src/adapters/simulated/open-world.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import type { House } from '../src/app/house.ts';
import { jobHandlers } from '../src/app/jobs.ts';
import { definePlaybook } from '../src/core/playbook.ts';
import { Policy } from '../src/core/policy.ts';
import { Registration } from '../src/core/registration.ts';
import { World } from '../src/core/world.ts';
import { openKnowledge } from '../src/knowledge.ts';
import { compare, inTurn, percentile, type Samples } from './measure.ts';

const jobs = 100;
const rounds = 5;

/** A house with real queue, records and ledger, one playbook without checks, and a chat that shows nothing. */
async function emptyHouse(
  url: string,
  onDone: (run: string) => void,
): Promise<{ house: House; close: () => Promise<void> }> {
  const connection = connectRedis({ url });
  const queue = createQueue(connection, { prefix: '{bench}' });
  const world = World.parse({ now: new Date().toISOString(), title: 'An empty cluster' });
  const nothing = definePlaybook({
    id: 'nothing',
    version: 1,
    title: 'Nothing',
    symptoms: ['nothing'],
    takes: [],
    checks: [],
  });
  const house: House = {
    catalogue: { playbooks: [nothing], checks: [], detectors: [] },
    knowledge: await openKnowledge({ sources: [] }),
    feedback: createFeedback(connection, { prefix: '{bench}' }),
    drafts: { offer: async () => ({ is: 'nowhere' }) },
    settings: {},
    checkTimeoutMilliseconds: 1000,
    registrations: [Registration.parse({ name: 'empty', connect: { inCluster: true } })],
    channels: {},
    policies: { default: Policy.parse({}) },
    clusters: { open: async () => openWorld(world), close: async () => undefined },
    freezes: createFreezes(connection, { prefix: '{bench}' }),
    records: createRecords(connection, { prefix: '{bench}' }),
    underWay: createUnderWay(connection, { prefix: '{bench}' }),
    alerts: createAlerts(connection, { prefix: '{bench}' }),
    fleets: createFleets(connection, { prefix: '{bench}' }),
    ledger: createLedger(connection, { prefix: '{bench}' }),
    limits: createLimits(connection, { prefix: '{bench}' }),
    mitigations: createMitigations(connection, { prefix: '{bench}' }),
    queue,
    chat: {
      show: async ({ key, screen }) => {
        if (screen.screen === 'verdicts') onDone(screen.report.run.id);
        return { channel: 'C', id: key };
      },
      attach: async () => undefined,
      whisper: async () => undefined,
      linkTo: async () => undefined,
      tell: async () => undefined,
      membersOf: async () => [],
      standingOf: async () => 'member',
    },
    clock: systemClock,
    onSlip: () => undefined,
  };
  const workers = startWorkers(jobHandlers(house), { connection, prefix: '{bench}' });
  return {
    house,
    close: async () => {
      await workers.close(1000);
      await queue.close();
      await connection.close();
    },
  };
}

/** From asking until it is over, for a run without checks and for a bare BullMQ job, one after another. */
export async function benchQueue(url: string): Promise<string[]> {
  const waiting = new Map<string, () => void>();
  const { house, close } = await emptyHouse(url, (run) => waiting.get(run)?.());
  const connection = { host: undefined, ...parseConnection(url) };
  const bare = new BullQueue('bare', { connection });
  const events = new QueueEvents('bare', { connection: { ...connection, maxRetriesPerRequest: null } });
  const worker = new Worker('bare', async () => undefined, {
    connection: { ...connection, maxRetriesPerRequest: null },
  });
  await events.waitUntilReady();
  let number = 0;
  const ours = async (): Promise<Samples> =>
    timed(async () => {
      number += 1;
      const run = `bench-${number}`;
      const over = new Promise<void>((resolve) => waiting.set(run, resolve));
      await house.queue.add('triage', run, {
        run,
        playbook: 'nothing',
        cluster: 'empty',
        target: {},
        requestedBy: { id: 'U1' },
        requestedAt: new Date().toISOString(),
        place: { channel: 'C' },
      });
      await over;
    });
  const floor = async (): Promise<Samples> =>
    timed(async () => {
      const job = await bare.add('job', {});
      await job.waitUntilFinished(events);
    });
  try {
    await ours();
    await floor();
    const samples = await inTurn(rounds, ours, floor);
    return [
      compare('run without checks, p50', percentile(samples.ours, 0.5), percentile(samples.floor, 0.5), 'ms'),
      compare('run without checks, p99', percentile(samples.ours, 0.99), percentile(samples.floor, 0.99), 'ms'),
    ];
  } finally {
    await Promise.all([close(), worker.close(), events.close(), bare.close()]);
  }
}

function parseConnection(url: string): { path: string } | { host: string; port: number } {
  const parsed = new URL(url);
  if (parsed.pathname.length > 1 && parsed.hostname === '') return { path: decodeURIComponent(parsed.pathname) };
  return { host: parsed.hostname, port: Number(parsed.port) };
}

async function timed(once: () => Promise<void>): Promise<Samples> {
  const samples: number[] = [];
  for (let index = 0; index < jobs; index += 1) {
    const start = performance.now();
    await once();
    samples.push(performance.now() - start);
  }
  return samples;
}
