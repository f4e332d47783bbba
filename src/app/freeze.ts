import { digestOf } from '../core/canonical-json.ts';
import { sayDuration, sayTime } from '../core/duration.ts';
import { WrongUsage } from '../core/errors.ts';
import { covers, type Freeze, type FreezeRecord, type FreezeScope, isInForce, sayScope } from '../core/freeze.ts';
import type { LedgerEvent } from '../core/ledger-entry.ts';
import type { Person } from '../core/person.ts';
import type { Registration } from '../core/registration.ts';
import { sayFreeze } from './frozen.ts';
import type { House } from './house.ts';
import { refusalToFreeze } from './permission.ts';

const itself = 'cluster-triage';
/** Whoever set or lifted a freeze is telling it just now; upkeep leaves that alone for so long. */
const tellingMilliseconds = 60_000;
/** Longer than a chat delivers a command again. */
const forgottenAfterMilliseconds = 24 * 3_600_000;

export type FreezeAsked = {
  /** The chat's id of the delivery; the same delivery is the same freeze. */
  readonly delivery: string;
  readonly by: Person;
  readonly scope: FreezeScope;
  readonly reason: string;
  readonly milliseconds: number;
};

/**
 * Freezes a cluster or an environment. From the moment it is stored no fix is approved there and none goes on; the
 * ledger and the cards follow, and should this process die before that, `keepFreezes` makes up for it.
 */
export async function setFreeze(asked: FreezeAsked, house: House): Promise<string> {
  const { by, scope, reason, milliseconds } = asked;
  const changeable = changeableIn(scope, house);
  if (changeable.length === 0) {
    throw new WrongUsage(
      `Nothing is ever changed in ${sayScope(scope)}: it is registered to be observed only.`,
      'There is nothing to freeze.',
    );
  }
  const refusal = await refusalOf(by, 'freeze', scope, changeable, house);
  if (refusal !== undefined) return refusal;
  const now = house.clock.now();
  const freeze = await house.freezes.set({
    id: digestOf([asked.delivery, scope]).slice(0, 16),
    scope,
    reason,
    by,
    from: now.toISOString(),
    until: new Date(now.getTime() + milliseconds).toISOString(),
  });
  await tellSafely(freeze.id, house);
  const held = changeable.map(({ name }) => name).join(', ');
  return `Frozen: ${sayScope(scope)} until ${sayTime(new Date(freeze.until), now)}, for ${sayDuration(Date.parse(freeze.until) - now.getTime())} from now: “${freeze.reason}”. Nothing is changed on ${held} meanwhile: no fix can be approved, and one that is under way stops before its next change. Lift it earlier with /freeze lift ${scope.name}`;
}

/** Lifts every freeze of exactly this scope. */
export async function liftFreeze(by: Person, scope: FreezeScope, house: House): Promise<string> {
  const now = house.clock.now();
  const inForce = (await house.freezes.all()).filter((record) => isInForce(record, now));
  const own = inForce.filter(({ freeze }) => freeze.scope.kind === scope.kind && freeze.scope.name === scope.name);
  if (own.length === 0) return notFrozen(scope, inForce, house);
  const refusal = await refusalOf(by, 'lift a freeze', scope, clustersIn(scope, house), house);
  if (refusal !== undefined) return refusal;
  for (const { freeze } of own) {
    await house.freezes.end(freeze.id, { by: by.id, at: now.toISOString() });
    await tellSafely(freeze.id, house);
  }
  const others = stillHolding(scope, inForce, house);
  const lifted = own.map(({ freeze }) => `“${freeze.reason}”`).join(' and ');
  return [`Lifted: ${sayScope(scope)} is not frozen any more for ${lifted}.`, ...others].join(' ');
}

/** Every freeze in force, a line each. */
export async function sayFreezes(house: House): Promise<string> {
  const now = house.clock.now();
  const inForce = (await house.freezes.all()).filter((record) => isInForce(record, now));
  if (inForce.length === 0) return 'Nothing is frozen.';
  return inForce
    .map(({ freeze }) => {
      const clusters = clustersIn(freeze.scope, house).map(({ name }) => name);
      const held = freeze.scope.kind === 'cluster' ? '' : ` It holds ${clusters.join(', ')}.`;
      return `• ${sayFreeze(freeze, now)}${held}`;
    })
    .join('\n');
}

/** Ends the freezes whose time is over, and tells what a crash kept from being told. */
export async function keepFreezes(house: House): Promise<void> {
  const now = house.clock.now();
  for (const record of await house.freezes.all()) {
    const { freeze, end, told } = record;
    if (end === undefined && !isInForce(record, now)) {
      await house.freezes.end(freeze.id, { by: itself, at: now.toISOString() });
      await tell(freeze.id, house);
      continue;
    }
    const age = now.getTime() - Date.parse(end?.at ?? freeze.from);
    const isUntold = !told.set || (end !== undefined && !told.end);
    if (isUntold && age > tellingMilliseconds) await tell(freeze.id, house);
    else if (end !== undefined && age > forgottenAfterMilliseconds) await house.freezes.forget(freeze.id);
  }
}

function clustersIn(scope: FreezeScope, house: House): Registration[] {
  return house.registrations.filter((registration) => covers(scope, registration));
}

function changeableIn(scope: FreezeScope, house: House): Registration[] {
  return clustersIn(scope, house).filter(({ mode }) => mode === 'remediate');
}

/** Whoever holds still an environment must be allowed to on each of its clusters. */
async function refusalOf(
  by: Person,
  wanted: string,
  scope: FreezeScope,
  registrations: readonly Registration[],
  house: House,
): Promise<string | undefined> {
  for (const registration of registrations) {
    const refusal = await refusalToFreeze(by.id, registration, house);
    if (refusal === undefined) continue;
    const because = `On ${registration.name}, whoever may approve fixes may freeze it and lift a freeze. ${refusal.says}`;
    await house.ledger.append({
      at: house.clock.now().toISOString(),
      event: 'refused',
      actor: by.id,
      cluster: registration.name,
      run: '',
      detail: { wanted, scope, because },
    });
    return because;
  }
  return undefined;
}

function notFrozen(scope: FreezeScope, inForce: readonly FreezeRecord[], house: House): string {
  return [`There is no freeze of ${sayScope(scope)}.`, ...stillHolding(scope, inForce, house)].join(' ');
}

/** The freezes of another scope that hold these clusters as well: lifting one does not free them. */
function stillHolding(scope: FreezeScope, inForce: readonly FreezeRecord[], house: House): string[] {
  const clusters = clustersIn(scope, house);
  return inForce
    .map(({ freeze }) => freeze)
    .filter((freeze) => freeze.scope.kind !== scope.kind && clusters.some((cluster) => covers(freeze.scope, cluster)))
    .map((freeze) => `But ${sayFreeze(freeze, house.clock.now())} Lift that with /freeze lift ${freeze.scope.name}`);
}

/** The freeze holds or is lifted whatever comes of telling it, and upkeep tells what is left. */
async function tellSafely(id: string, house: House): Promise<void> {
  await tell(id, house).catch(house.onSlip);
}

/** Writes what was not told yet of a freeze into the ledger, and has the cards that it concerns shown again. */
async function tell(id: string, house: House): Promise<void> {
  const record = (await house.freezes.all()).find(({ freeze }) => freeze.id === id);
  if (record === undefined) return;
  const { freeze, end, told } = record;
  if (!told.set) {
    await write('frozen', freeze.by.id, freeze, { until: freeze.until }, house);
    await showCards(freeze, 'set', house);
    await house.freezes.told(id, 'set');
  }
  if (end !== undefined && !told.end) {
    await write(
      'thawed',
      end.by,
      freeze,
      { because: end.by === itself ? 'its time was over' : 'it was lifted' },
      house,
    );
    await showCards(freeze, 'end', house);
    await house.freezes.told(id, 'end');
  }
}

/** One entry for each cluster that it holds, so that the ledger of a cluster is complete. */
async function write(
  event: LedgerEvent['event'],
  actor: string,
  freeze: Freeze,
  detail: Record<string, unknown>,
  house: House,
): Promise<void> {
  for (const { name } of changeableIn(freeze.scope, house)) {
    await house.ledger.append({
      at: house.clock.now().toISOString(),
      event,
      actor,
      cluster: name,
      run: '',
      detail: { freeze: freeze.id, scope: freeze.scope, reason: freeze.reason, ...detail },
    });
  }
}

async function showCards(freeze: Freeze, what: 'set' | 'end', house: House): Promise<void> {
  const held = clustersIn(freeze.scope, house).map(({ name }) => name);
  for (const id of await house.records.offered()) {
    const record = await house.records.proposal(id);
    if (record === undefined || !held.includes(record.proposal.cluster)) continue;
    const revision = `freeze/${freeze.id}/${what}`;
    await house.queue.add('notify', `${revision}/${id}`, { show: 'proposal', proposal: id, revision });
  }
}
