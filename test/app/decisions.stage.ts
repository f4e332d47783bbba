import { createLedger } from '../../src/adapters/redis/ledger.ts';
import { createLimits } from '../../src/adapters/redis/limits.ts';
import { createRecords } from '../../src/adapters/redis/records.ts';
import type { Decided } from '../../src/app/decide.ts';
import { decide, resumeApproved } from '../../src/app/decide.ts';
import type { House } from '../../src/app/house.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { Policy } from '../../src/core/policy.ts';
import type { ProposalState } from '../../src/core/record.ts';
import type { RoleGrant } from '../../src/core/role.ts';
import type { World } from '../../src/core/world.ts';
import { TryLater } from '../../src/ports/queue.ts';
import type { TestRedis } from '../redis.ts';
import { aContext, aJob, houseOf, type TestHouse } from './house-of.ts';

export const faulty = 'kube-ovn/subnet-not-ready/leader-change';
export const leader = 'kube-ovn-controller-6c5f7d8b94-m8qtz';

/** One offered fix, and two processes of the bot that share a real Redis and the rest of the world. */
export type Stage = {
  readonly proposal: string;
  readonly house: TestHouse;
  /** A process of its own, with its own connection; started again each time it is asked for. */
  process(): House;
  decide(person: string, is: 'approved' | 'denied', more?: { in?: House; breakGlass?: string }): Promise<Decided>;
  /** What the administrator writes into the file; processes started from now on read it. */
  configure(rules: { policy?: object; roles?: readonly RoleGrant[]; mode?: 'observe' }): void;
  /** The cluster as it is from now on. */
  become(change: (world: World) => World): void;
  /** Works off every job that is there, and resumes what has lost its job, as a worker does. */
  work(): Promise<void>;
  state(): Promise<ProposalState>;
  /** How many changes the cluster has taken. */
  changes(): number;
  events(): Promise<string[]>;
};

const standard = { approvers: ['bo', 'ana'], approverGroups: ['S1'] };

export async function setStage(redis: TestRedis): Promise<Stage> {
  const house = houseOf(faulty);
  const prefix = redis.freshPrefix();
  let current: Partial<House> = { policies: { default: Policy.parse(standard) } };
  let worlds: TestHouse[] = [house];
  const process = (): House => {
    const connection = redis.connect();
    return {
      ...house,
      ...current,
      records: createRecords(connection, { prefix }),
      ledger: createLedger(connection, { prefix }),
      limits: createLimits(connection, { prefix }),
    };
  };
  const first = process();
  await triage(aJob, first, aContext());
  const proposal = (await first.records.run('r1'))?.proposals[0] ?? '';

  return {
    proposal,
    house,
    process,
    decide: async (person, is, more = {}) => {
      const by = { id: person };
      const where = more.in ?? process();
      if (is === 'denied') return decide({ proposal, by, is, reason: 'We wait for the vendor.' }, where);
      const { breakGlass } = more;
      return decide({ proposal, by, is, ...(breakGlass === undefined ? {} : { breakGlass }) }, where);
    },
    configure: ({ policy = {}, roles, mode }) => {
      const registrations = house.registrations.map((one) => ({ ...one, mode: mode ?? one.mode }));
      const policies = { default: Policy.parse({ ...standard, ...policy }) };
      current = { ...current, policies, registrations, ...(roles === undefined ? {} : { roles }) };
    },
    become: (change) => {
      const changed = houseOf(faulty, { change });
      worlds = [...worlds, changed];
      current = { ...current, clusters: changed.clusters };
    },
    work: async () => {
      const worker = process();
      await resumeApproved(worker);
      for (const key of house.jobs.remediate) {
        await remediate(key.replace('proposal/', ''), worker, aContext()).catch((error: unknown) => {
          if (!(error instanceof TryLater)) throw error;
        });
      }
    },
    state: async () => (await first.records.proposal(proposal))?.state ?? { is: 'offered' },
    changes: () => worlds.flatMap((one) => one.world.changes()).length,
    events: async () => (await first.ledger.ofProposal(proposal)).map(({ event, actor }) => `${event} ${actor}`),
  };
}
