import { WrongUsage } from '../core/errors.ts';
import type { Policy } from '../core/policy.ts';
import type { Channels, Registration } from '../core/registration.ts';
import type { RoleGrant } from '../core/role.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { Chat } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Clusters } from '../ports/cluster.ts';
import type { Drafts } from '../ports/drafts.ts';
import type { Feedback } from '../ports/feedback.ts';
import type { Fleets } from '../ports/fleets.ts';
import type { Freezes } from '../ports/freezes.ts';
import type { KnowledgeBase } from '../ports/knowledge.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ClusterLimits } from '../ports/limits.ts';
import type { Mitigations } from '../ports/mitigations.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { UnderWay } from '../ports/under-way.ts';
import type { RunWith } from './run-playbook.ts';

/**
 * Everything the use-cases need, put together once by `main.ts`. What the configuration says is asked of the house
 * when it is needed and not kept: the file may change while the process runs.
 */
export type House = RunWith & {
  readonly knowledge: KnowledgeBase;
  readonly feedback: Feedback;
  readonly drafts: Drafts;
  readonly registrations: readonly Registration[];
  readonly policies: Readonly<Record<string, Policy>>;
  /** Who is what. Left out, everybody is an operator and the policies alone say who approves. */
  readonly roles?: readonly RoleGrant[] | undefined;
  readonly channels: Channels;
  readonly clusters: Clusters;
  readonly limits: ClusterLimits;
  readonly freezes: Freezes;
  readonly records: Records;
  readonly underWay: UnderWay;
  readonly alerts: Alerts;
  readonly fleets: Fleets;
  readonly ledger: Ledger;
  readonly mitigations: Mitigations;
  readonly queue: Queue;
  readonly chat: Chat;
  /** The machine's time: when people decide and approvals expire. A run's time is its cluster's. */
  readonly clock: Clock;
  /** Told of something that went wrong and does not matter for the outcome, such as a progress edit. */
  readonly onSlip: (error: unknown) => void;
  /** Told of something that did nothing and that whoever runs the house should see, such as a forged button. */
  readonly onNotice?: ((says: string, detail: Readonly<Record<string, string>>) => void) | undefined;
};

export function registrationOf(house: Pick<House, 'registrations'>, cluster: string): Registration {
  const registration = house.registrations.find(({ name }) => name === cluster);
  if (registration !== undefined) return registration;
  throw new WrongUsage(
    `The cluster ${cluster} is not registered any more.`,
    'Ask whoever keeps the configuration, or name another cluster.',
  );
}

export function policyOf(house: Pick<House, 'policies'>, registration: Registration): Policy {
  const policy = house.policies[registration.policy];
  if (policy !== undefined) return policy;
  throw new WrongUsage(
    `The cluster ${registration.name} names the policy "${registration.policy}", which does not exist.`,
    'Ask whoever keeps the configuration to add it.',
  );
}
