import { type Change, changedObject } from '../core/change.ts';
import { parseDuration } from '../core/duration.ts';
import { CannotRead } from '../core/errors.ts';
import type { Measurement } from '../core/finding.ts';
import { carries, type NamedField, namedFields, sayField } from '../core/prior.ts';
import { type Proposal, proposalDigest } from '../core/proposal.ts';
import type { ProposalRecord } from '../core/record.ts';
import { nameOf } from '../core/reference.ts';
import type { Precondition, Step } from '../core/remedy.ts';
import type { Cluster } from '../ports/cluster.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { tryOut } from './propose.ts';
import { readChanged } from './was-made.ts';

export type UndoPlan =
  | { readonly is: 'proposal'; readonly proposal: Proposal; readonly measured: readonly Measurement[] }
  | { readonly is: 'refused'; readonly because: readonly string[] };

type Patch = Extract<Change, { change: 'patch-object' }>;
type TakenBack = { readonly step: Step; readonly measured: readonly Measurement[] };

/**
 * Works out from the cluster as it is now how to put back what a fix overwrote. Every object must still carry what
 * the fix wrote: a field that somebody set since is theirs, and nothing is undone then. Working it out again from the
 * same cluster gives the same digest.
 */
export async function planUndo(
  record: ProposalRecord,
  asked: { readonly id: string; readonly requestedBy: string; readonly now: Date },
  cluster: Cluster,
  house: House,
): Promise<UndoPlan> {
  const { proposal: undone } = record;
  const { writer } = cluster;
  if (writer === undefined)
    return { is: 'refused', because: [`The cluster ${undone.cluster} is registered to be observed only.`] };
  const made = await stepsMade(undone.id, house);
  const parts: TakenBack[] = [];
  const because: string[] = [];
  // What was changed last is put back first.
  for (const { step, fields } of (record.prior ?? []).filter(({ step }) => made.has(step)).toReversed()) {
    const change = undone.remedy.steps[step]?.change;
    if (change?.change !== 'patch-object') continue;
    const part = await takeBack(change, fields, cluster);
    if ('because' in part) because.push(...part.because);
    else parts.push(part);
  }
  if (because.length > 0) return { is: 'refused', because };
  if (parts.length === 0) return { is: 'refused', because: ['No change of it was made for certain.'] };
  const steps = parts.map(({ step }) => step);
  const dryRuns = (await Promise.all(steps.map(async (step) => tryOut(step, writer)))).flat();
  const bound = {
    playbook: undone.playbook,
    cluster: undone.cluster,
    code: undone.code,
    about: undone.about,
    undoes: undone.id,
    remedy: {
      id: undone.remedy.id,
      how: 'change' as const,
      does: `Undo this fix: ${undone.remedy.does}`,
      risk: undone.remedy.risk,
      reversible: true,
      manual: false,
      allowed: true,
      effect: 'The fields hold again what they held before the fix. To have the fix again, run the playbook again.',
      whenNotToUse: ['When the fault that the fix was for would come back, and nobody is ready for it.'],
      preconditions: guards(undone, steps),
      steps,
      touches: undone.remedy.touches,
    },
    dryRuns,
  };
  const registration = registrationOf(house, undone.cluster);
  const expiresAfter = parseDuration(policyOf(house, registration).expiresAfter) ?? 0;
  const proposal: Proposal = {
    ...bound,
    id: asked.id,
    run: undone.run,
    environment: registration.environment,
    target: undone.target,
    check: undone.check,
    says: 'Somebody asked to take the fix back that was made in this thread.',
    digest: proposalDigest(bound),
    requestedBy: asked.requestedBy,
    offeredAt: asked.now.toISOString(),
    expiresAt: new Date(asked.now.getTime() + expiresAfter).toISOString(),
  };
  return { is: 'proposal', proposal, measured: parts.flatMap(({ measured }) => measured) };
}

/** The steps whose change is known to have been made; what may or may not have been made is left to a person. */
async function stepsMade(proposal: string, house: House): Promise<ReadonlySet<unknown>> {
  const entries = await house.ledger.ofProposal(proposal);
  return new Set(entries.filter(({ event }) => event === 'changed').map(({ detail }) => detail['step']));
}

async function takeBack(
  change: Patch,
  fields: Record<string, unknown>,
  cluster: Cluster,
): Promise<TakenBack | { readonly because: readonly string[] }> {
  const name = nameOf(changedObject(change));
  const look = await readChanged(change, cluster.reader).catch((error: unknown) => {
    if (error instanceof CannotRead) return error;
    throw error;
  });
  if (look instanceof CannotRead) return { because: [look.message] };
  if (look === undefined || look.metadata.uid !== change.uid)
    return { because: [`${name} is gone, or was made anew since the fix.`] };
  if (look.metadata.deletionTimestamp !== undefined) return { because: [`${name} is being deleted.`] };
  if (!carries(change.patch, look)) {
    const moved = namedFields(change.patch, look).filter(({ set, held }) => !carries(set ?? null, held));
    return { because: moved.map((field) => sayMoved(name, field)) };
  }
  const named = namedFields(fields, look);
  const { resourceVersion } = look.metadata;
  return {
    step: {
      does: `Put back in ${name}: ${named.map(({ path, set, held }) => `${path} from ${sayField(path, held)} to ${sayField(path, set)}`).join(', ')}.`,
      change: { ...change, resourceVersion, patch: fields },
      settled: { until: 'stored' },
    },
    measured: named.map(({ path, held }) => ({ what: `${name}, ${path}`, is: sayField(path, held) })),
  };
}

function sayMoved(name: string, { path, set, held }: NamedField): string {
  return `${name} does not carry any more what the fix wrote: ${path} was ${sayField(path, set)} and is ${sayField(path, held)} now.`;
}

function guards(undone: Proposal, steps: readonly Step[]): Precondition[] {
  const left = undone.remedy.steps.filter(({ change }) => change !== undefined).length - steps.length;
  const carried: Precondition = {
    asks: 'Do the objects still carry what the fix wrote?',
    holds: 'yes',
    because: 'Nobody has changed these fields since.',
  };
  if (left === 0) return [carried];
  const because = `${left} of its ${left + steps.length} changes, such as deleted pods, ${left === 1 ? 'is' : 'are'} not undone: pods that read the changed fields when they started keep them until somebody restarts them.`;
  return [carried, { asks: 'May the rest of the fix stay as it is?', holds: 'confirm', because }];
}
