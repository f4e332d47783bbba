import { sayDuration, sayTime } from '../core/duration.ts';
import { covers, type Freeze, isInForce, sayScope } from '../core/freeze.ts';
import type { Proposal } from '../core/proposal.ts';
import { type House, registrationOf } from './house.ts';

type Asking = Pick<House, 'freezes' | 'registrations' | 'clock'>;

/** The freeze that holds a cluster now: the one that lasts longest, when there are several. */
export async function freezeOn(cluster: string, house: Asking): Promise<Freeze | undefined> {
  const registration = registrationOf(house, cluster);
  const now = house.clock.now();
  const holding = (await house.freezes.all())
    .filter((record) => isInForce(record, now) && covers(record.freeze.scope, registration))
    .map(({ freeze }) => freeze);
  return holding.sort((one, other) => Date.parse(other.until) - Date.parse(one.until))[0];
}

/** Why a fix cannot be approved now, to the person who tried, or undefined when nothing holds its cluster. */
export async function refusalByFreeze(proposal: Proposal, house: Asking): Promise<string | undefined> {
  const freeze = await freezeOn(proposal.cluster, house);
  if (freeze === undefined) return undefined;
  const next =
    Date.parse(proposal.expiresAt) > Date.parse(freeze.until)
      ? 'Approve this fix after that'
      : 'This offer ends before that, so run the playbook again then';
  return `Nothing is changed on ${proposal.cluster} now: ${sayFreeze(freeze, house.clock.now())} ${next}, or ask for it to be lifted: \`/freeze lift ${freeze.scope.name}\`.`;
}

/** `<@U1> froze the environment production until 12:00:00 UTC, for 1 h 20 min from now: “db failover”.` */
export function sayFreeze({ by, scope, reason, until }: Freeze, now: Date): string {
  const end = new Date(until);
  const left = sayDuration(end.getTime() - now.getTime());
  return `<@${by.id}> froze ${sayScope(scope)} until ${sayTime(end, now)}, for ${left} from now: “${reason}”.`;
}
