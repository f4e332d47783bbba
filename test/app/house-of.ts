import { manualClock } from '../../src/adapters/simulated/clock.ts';
import { type RunningWorld, startWorld } from '../../src/adapters/simulated/open-world.ts';
import type { House } from '../../src/app/house.ts';
import { catalogue } from '../../src/catalogue.ts';
import type { QueueName } from '../../src/core/job.ts';
import { Policy } from '../../src/core/policy.ts';
import { Registration } from '../../src/core/registration.ts';
import type { ProposalScreen, RunScreen, Screen } from '../../src/core/screen.ts';
import type { World } from '../../src/core/world.ts';
import type { Attachment, Chat, PersonStanding } from '../../src/ports/chat.ts';
import type { KnowledgeBase } from '../../src/ports/knowledge.ts';
import type { JobContext } from '../../src/ports/queue.ts';
import { loadWorld } from '../checks/worlds.ts';
import { createMemoryAlerts } from '../memory/alerts.ts';
import { createMemoryFeedback } from '../memory/feedback.ts';
import { createMemoryFleets } from '../memory/fleets.ts';
import { createMemoryFreezes } from '../memory/freezes.ts';
import { createMemoryLedger } from '../memory/ledger.ts';
import { createMemoryLimits } from '../memory/limits.ts';
import { createMemoryMitigations } from '../memory/mitigations.ts';
import { createMemoryRecords } from '../memory/records.ts';
import { createMemoryUnderWay } from '../memory/under-way.ts';

/** A chat that remembers, under each key, every screen it showed; and who was told what. */
export type SeenChat = Chat & {
  readonly shown: Map<string, Screen[]>;
  readonly attached: string[];
  /** Every file by its key. */
  readonly files: Map<string, Attachment>;
  readonly whispers: string[];
  /** Who somebody is to the workspace; a member unless told. */
  readonly standings: Map<string, PersonStanding>;
  /** What single persons were shown. */
  readonly told: { readonly person: string; readonly screen: Screen }[];
};

function seenChat(members: Readonly<Record<string, readonly string[]>>): SeenChat {
  const shown = new Map<string, Screen[]>();
  const attached: string[] = [];
  const files = new Map<string, Attachment>();
  const whispers: string[] = [];
  const standings = new Map<string, PersonStanding>();
  const told: SeenChat['told'] = [];
  return {
    shown,
    attached,
    files,
    whispers,
    standings,
    told,
    show: async ({ key, channel, screen }) => {
      shown.set(key, [...(shown.get(key) ?? []), screen]);
      return { channel, id: `ts-${key}` };
    },
    attach: async (attachment) => {
      attached.push(attachment.key);
      files.set(attachment.key, attachment);
    },
    whisper: async (_person, _channel, text) => void whispers.push(text),
    linkTo: async (key) => (shown.has(key) ? `https://chat.example/${key}` : undefined),
    tell: async (person, _channel, screen) => void told.push({ person, screen }),
    membersOf: async (group) => members[group] ?? [],
    standingOf: async (person) => standings.get(person) ?? 'member',
  };
}

export type TestHouse = House & {
  readonly chat: SeenChat;
  readonly world: RunningWorld;
  /** Keys of the jobs that were added, by queue. */
  readonly jobs: Record<QueueName, string[]>;
  /** The people's time. */
  readonly peoplesClock: ReturnType<typeof manualClock>;
  root(run: string): RunScreen;
  card(): ProposalScreen;
};

export const people = { ana: { id: 'ana' }, bo: { id: 'bo' }, wei: { id: 'wei' }, eve: { id: 'eve' } } as const;

/** A knowledge base that holds nothing. */
export const noArticles: KnowledgeBase = {
  linksFor: () => [],
  article: () => undefined,
  articles: () => [],
  search: () => [],
  passage: () => '',
  sources: () => [],
  problems: () => [],
  refresh: async () => ({ read: 0, removed: 0, milliseconds: 0 }),
};

/** A house on one world, with memory for Redis and the real use-cases; `bo` and the group `S1` (`wei`) may approve. */
export function houseOf(
  worldName: string,
  options: { environment?: string; mode?: 'observe' | 'remediate'; change?: (world: World) => World } = {},
): TestHouse {
  const loaded = loadWorld(worldName);
  const definition = options.change?.(loaded) ?? loaded;
  const clock = manualClock(definition.now);
  const world = startWorld(definition, { clock });
  const peoplesClock = manualClock(new Date('2026-01-05T10:00:00Z'));
  const chat = seenChat({ S1: ['wei'] });
  const jobs: Record<QueueName, string[]> = { triage: [], remediate: [], notify: [], upkeep: [], survey: [] };
  const mode = options.mode ?? 'remediate';
  return {
    catalogue,
    knowledge: noArticles,
    feedback: createMemoryFeedback(),
    drafts: { offer: async () => ({ is: 'nowhere' }) },
    settings: {},
    checkTimeoutMilliseconds: 10_000,
    registrations: [
      Registration.parse({
        name: 'prod-sh',
        environment: options.environment ?? 'production',
        mode,
        connect: { inCluster: true },
      }),
    ],
    channels: {},
    policies: { default: Policy.parse({ approvers: ['bo', 'ana'], approverGroups: ['S1'] }) },
    clusters: { open: async (_name, { signal } = {}) => world.open({ mode, signal }), close: async () => undefined },
    freezes: createMemoryFreezes(),
    records: createMemoryRecords(),
    underWay: createMemoryUnderWay(),
    alerts: createMemoryAlerts(),
    fleets: createMemoryFleets(),
    ledger: createMemoryLedger(),
    limits: createMemoryLimits(),
    mitigations: createMemoryMitigations(),
    queue: {
      add: async (queue, key) => {
        if (jobs[queue].includes(key)) return 'already-there';
        jobs[queue].push(key);
        return 'added';
      },
      cancel: async () => 'not-there',
      ping: async () => true,
      close: async () => undefined,
    },
    chat,
    clock: peoplesClock,
    peoplesClock,
    onSlip: (error) => {
      throw error;
    },
    world,
    jobs,
    root: (run) => chat.shown.get(`run/${run}`)?.at(-1) as RunScreen,
    card: () => [...chat.shown].findLast(([key]) => key.startsWith('proposal/'))?.[1].at(-1) as ProposalScreen,
  };
}

export const aJob = {
  run: 'r1',
  playbook: 'subnet',
  cluster: 'prod-sh',
  target: {},
  requestedBy: people.ana,
  requestedAt: '2026-01-05T10:00:00.000Z',
  place: { channel: 'C1' },
};

export function aContext(signal = new AbortController().signal): JobContext {
  return { signal, key: 'k', attempt: 1 };
}
