import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chatHandlers, commands } from '../commands/index.ts';
import { createQueue } from './adapters/bullmq/queue.ts';
import { startWorkers } from './adapters/bullmq/workers.ts';
import { kbRoutes } from './adapters/markdown/reader-routes.ts';
import { createMetrics } from './adapters/prometheus/metrics.ts';
import { connectRedis } from './adapters/redis/connect.ts';
import { createFleets } from './adapters/redis/fleets.ts';
import { createLedger } from './adapters/redis/ledger.ts';
import { createOutbox } from './adapters/redis/outbox.ts';
import { createRecords } from './adapters/redis/records.ts';
import { createChat } from './adapters/slack/chat.ts';
import { createGateway } from './adapters/slack/gateway.ts';
import { systemClock } from './adapters/system/clock.ts';
import { type Route, serveHttp } from './adapters/system/http-server.ts';
import { createLog } from './adapters/system/log.ts';
import type { House } from './app/house.ts';
import { jobHandlers, remediationFailed, surveyFailed, triageFailed } from './app/jobs.ts';
import { catalogue } from './catalogue.ts';
import { openClusters } from './clusters.ts';
import { type Config, readConfig } from './config.ts';
import { WrongUsage } from './core/errors.ts';
import { openKnowledge } from './knowledge.ts';
import { followConfig } from './live-config.ts';
import { privateRedis } from './local/redis.ts';
import type { KnowledgeBase } from './ports/knowledge.ts';

const roles = ['all', 'gateway', 'worker'] as const;
type Role = (typeof roles)[number];

const stopWithinMilliseconds = 25_000;
const shippedArticles = fileURLToPath(new URL('../knowledge', import.meta.url));

/** Closed in the opposite order of their opening. */
type Closing = (() => Promise<unknown>)[];

function readRole(): Role {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  const role = roles.find((one) => one === values.role);
  if (role === undefined) throw new WrongUsage(`There is no role ${values.role}.`, `Use --role ${roles.join('|')}.`);
  return role;
}

async function redisUrlOf(config: Config, closing: Closing): Promise<string> {
  if (config.redisUrl !== undefined) return config.redisUrl;
  const redis = await privateRedis({ folder: join(config.stateFolder, 'redis') });
  closing.push(redis.stop);
  return redis.url;
}

async function readKnowledge(config: Config, log: ReturnType<typeof createLog>): Promise<KnowledgeBase> {
  const knowledge = await openKnowledge({
    sources: [{ folder: shippedArticles }],
    readerUrl: `${config.publicUrl}/kb/`,
  });
  for (const { file, because } of knowledge.problems()) log.warn('An article could not be read.', { file, because });
  return knowledge;
}

async function start(role: Role, config: Config, closing: Closing): Promise<void> {
  const log = createLog();
  const metrics = createMetrics();
  const onTrouble = (where: string) => (error: unknown) => {
    metrics.countTrouble(where);
    log.error(`Something went wrong in ${where}.`, error);
  };
  const connection = connectRedis({
    url: await redisUrlOf(config, closing),
    onNotice: (sentence) => log.warn(sentence),
  });
  closing.push(async () => connection.close());
  const outbox = createOutbox(connection);
  const queue = createQueue(connection, { onTrouble: onTrouble('the queue') });
  closing.push(async () => queue.close());
  const { slack } = config;
  const chat = createChat({
    token: slack.botToken,
    slackApiUrl: slack.apiUrl,
    outbox,
    clock: systemClock,
    logger: log,
  });
  const live = followConfig(config, {
    read: readConfig,
    clock: systemClock,
    onTaken: ({ clusters: { length } }, later) => {
      metrics.countConfig('taken');
      log.info(`The configuration was read again: ${length} clusters.`, {
        countsFromTheNextStart: later.length === 0 ? undefined : later.join(', '),
      });
    },
    onRefused: (error) => {
      metrics.countConfig('refused');
      log.error('The configuration has problems, so the one before stays in force.', error.message);
    },
  });
  closing.push(async () => live.stop());
  const clusters = openClusters(() => live.current().clusters);
  closing.push(async () => clusters.close());
  const knowledge = await readKnowledge(config, log);
  const house: House = {
    catalogue,
    knowledge,
    get settings() {
      return live.current().settings;
    },
    get checkTimeoutMilliseconds() {
      return live.current().checkTimeoutMilliseconds;
    },
    get registrations() {
      return live.current().clusters;
    },
    get policies() {
      return live.current().policies;
    },
    get channels() {
      return live.current().channels;
    },
    clusters,
    records: createRecords(connection),
    fleets: createFleets(connection),
    ledger: createLedger(connection),
    queue,
    chat,
    clock: systemClock,
    onSlip: onTrouble('a progress message'),
  };

  const gateway =
    role === 'worker'
      ? undefined
      : createGateway({
          handlers: metrics.countChat(chatHandlers(house)),
          delivery:
            slack.mode === 'socket'
              ? { mode: 'socket', appToken: slack.appToken }
              : { mode: 'http', signingSecret: slack.signingSecret },
          token: slack.botToken,
          slackApiUrl: slack.apiUrl,
          commands,
          clock: systemClock,
          logger: log,
          chat,
          team: slack.team,
        });
  const connected = () => gateway?.connected() ?? true;
  const server = await serveHttp({
    port: config.port,
    routes: [healthRoute(async () => queue.ping(), connected), metricsRoute(metrics, connected), kbRoutes(knowledge)],
    ...(gateway?.requestListener === undefined ? {} : { raw: { '/slack/events': gateway.requestListener } }),
    onError: onTrouble('the HTTP server'),
  });
  closing.push(async () => new Promise((resolve) => server.close(resolve)));

  if (role !== 'gateway') {
    const workers = startWorkers(metrics.countJobs(jobHandlers(house)), {
      connection,
      onTrouble: onTrouble('the workers'),
      onFailed: async (job, error) => {
        log.error(`A ${job.queue} job failed for good.`, error, { key: job.key });
        if (job.queue === 'triage') await triageFailed(job.payload.run, error, house);
        if (job.queue === 'survey') await surveyFailed(job.payload, error, house);
        if (job.queue === 'remediate') await remediationFailed(job.payload.proposal, error, house);
      },
    });
    closing.push(async () => workers.close(stopWithinMilliseconds));
  }
  if (gateway !== undefined) {
    closing.push(async () => gateway.stop());
    await gateway.start();
  }
  log.info(`cluster-triage is up as ${role}, with ${config.clusters.length} clusters, on port ${config.port}.`);
}

function healthRoute(ping: () => Promise<boolean>, connected: () => boolean): Route {
  return async (path) => {
    if (path === '/healthz') return { status: 200, body: 'ok\n' };
    if (path !== '/readyz') return undefined;
    const store = await ping();
    const chat = connected();
    const body = `redis: ${store ? 'ok' : 'away'}\nslack: ${chat ? 'ok' : 'away'}\n`;
    return { status: store && chat ? 200 : 503, body };
  };
}

function metricsRoute(metrics: ReturnType<typeof createMetrics>, connected: () => boolean): Route {
  return async (path) => {
    if (path !== '/metrics') return undefined;
    metrics.setConnected(connected());
    return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() };
  };
}

async function main(): Promise<void> {
  const closing: Closing = [];
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    for (const close of closing.toReversed()) await close().catch(() => undefined);
    process.exit();
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  try {
    await start(readRole(), readConfig(), closing);
  } catch (error) {
    const message =
      error instanceof WrongUsage
        ? `${error.message}\n${error.next}`
        : error instanceof Error
          ? error.stack
          : String(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = error instanceof WrongUsage ? 64 : 1;
    await stop();
  }
}

await main();
