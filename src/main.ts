import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chatHandlers, commands } from '../commands/index.ts';
import { createQueue } from './adapters/bullmq/queue.ts';
import { startWorkers } from './adapters/bullmq/workers.ts';
import { kbRoutes } from './adapters/markdown/reader-routes.ts';
import { createMetrics } from './adapters/prometheus/metrics.ts';
import { createAlerts } from './adapters/redis/alerts.ts';
import { connectRedis } from './adapters/redis/connect.ts';
import { createFeedback } from './adapters/redis/feedback.ts';
import { createFleets } from './adapters/redis/fleets.ts';
import { createFreezes } from './adapters/redis/freezes.ts';
import { createLedger } from './adapters/redis/ledger.ts';
import { createLimits } from './adapters/redis/limits.ts';
import { createMitigations } from './adapters/redis/mitigations.ts';
import { createOutbox } from './adapters/redis/outbox.ts';
import { createRecords } from './adapters/redis/records.ts';
import { createUnderWay } from './adapters/redis/under-way.ts';
import { createChat } from './adapters/slack/chat.ts';
import { createGateway } from './adapters/slack/gateway.ts';
import { systemClock } from './adapters/system/clock.ts';
import { serveHttp } from './adapters/system/http-server.ts';
import { createLineMirror } from './adapters/system/line-mirror.ts';
import { createLog } from './adapters/system/log.ts';
import { draftFailed } from './app/draft.ts';
import { createStandings } from './app/feedback.ts';
import type { House } from './app/house.ts';
import { jobHandlers, remediationFailed, surveyFailed, triageFailed, undoFailed } from './app/jobs.ts';
import { mirroredLedger } from './app/mirrored-ledger.ts';
import { catalogue } from './catalogue.ts';
import { openClusters } from './clusters.ts';
import { type Config, readConfig } from './config.ts';
import { WrongUsage } from './core/errors.ts';
import { createDrafts } from './drafts.ts';
import { followKnowledge } from './follow-knowledge.ts';
import { alertHook, healthRoute, metricsRoute } from './http-routes.ts';
import { type KnowledgeOptions, openKnowledge } from './knowledge.ts';
import { shippedSource } from './knowledge-sources.ts';
import { followConfig } from './live-config.ts';
import { privateRedis } from './local/redis.ts';
import type { KnowledgeBase } from './ports/knowledge.ts';
import type { Ledger } from './ports/ledger.ts';

const roles = ['all', 'gateway', 'worker'] as const;
type Role = (typeof roles)[number];

const stopWithinMilliseconds = 25_000;
/** How often folders of articles are looked through. */
const knowledgeEveryMilliseconds = 30_000;

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

async function readKnowledge(
  role: Role,
  { knowledge, stateFolder, publicUrl, port }: Config,
  standing: NonNullable<KnowledgeOptions['standing']>,
): Promise<KnowledgeBase> {
  return openKnowledge({
    sources: [...knowledge.sources, shippedSource],
    // Two processes on one machine must not fetch into the same folder.
    cacheFolder: join(stateFolder, 'knowledge', `${role}-${port}`),
    readerUrl: `${publicUrl}/kb/`,
    environment: knowledge.environment,
    standing,
    fetchLater: true,
  });
}

function mirrorOf(config: Config, ledger: Ledger, onTrouble: (error: unknown) => void, closing: Closing): Ledger {
  if (config.ledgerMirror === undefined) return ledger;
  const mirror = createLineMirror(config.ledgerMirror, onTrouble);
  closing.push(mirror.close);
  return mirroredLedger(ledger, mirror.write);
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
  const feedback = createFeedback(connection);
  const standings = createStandings(feedback);
  const knowledge = await readKnowledge(role, config, standings.of);
  const following = followKnowledge(knowledge, {
    everyMilliseconds: knowledgeEveryMilliseconds,
    alongside: standings.refresh,
    onProblem: ({ source, file, because }) =>
      log.warn('Articles could not be read, or not as they were meant.', { source, file, because }),
    onTrouble: onTrouble('the knowledge base'),
  });
  closing.push(async () => following.stop());
  const house: House = {
    catalogue,
    knowledge,
    feedback,
    drafts: createDrafts(config.knowledge, config.stateFolder),
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
    get roles() {
      return live.current().roles;
    },
    clusters,
    freezes: createFreezes(connection),
    records: createRecords(connection),
    underWay: createUnderWay(connection),
    alerts: createAlerts(connection),
    limits: createLimits(connection),
    ledger: mirrorOf(config, createLedger(connection), onTrouble('the mirror of the ledger'), closing),
    mitigations: createMitigations(connection),
    fleets: createFleets(connection),
    queue,
    chat,
    clock: systemClock,
    onSlip: onTrouble('a progress message'),
    onNotice: (says, detail) => log.warn(says, detail),
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
    raw: {
      ...(gateway?.requestListener === undefined ? {} : { '/slack/events': gateway.requestListener }),
      ...alertHook(live, house, log, metrics),
    },
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
        if (job.queue === 'notify' && job.payload.show === 'draft') await draftFailed(job.payload, error, house);
        if (job.queue !== 'remediate') return;
        if (job.payload.asks === 'undo') await undoFailed(job.payload, error, house);
        else await remediationFailed(job.payload.proposal, error, house);
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
