import type { Approved } from '../core/approval.ts';
import { type Change, describeChange } from '../core/change.ts';
import { CannotChange, CannotRead } from '../core/errors.ts';
import { type Freeze, sayScope } from '../core/freeze.ts';
import type { LedgerEntry, LedgerEvent } from '../core/ledger-entry.ts';
import { type Prior, priorFields } from '../core/prior.ts';
import type { Step } from '../core/remedy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster, ClusterWriter } from '../ports/cluster.ts';
import type { Ledger } from '../ports/ledger.ts';
import { settle } from './settle.ts';
import { readChanged, wasMade } from './was-made.ts';

const pollMilliseconds = 2000;
const onItsWayMilliseconds = 10_000;
const unreadablePatienceMilliseconds = 120_000;
const seenAfterwards = { says: 'Seen on the cluster afterwards.' };
const outcomes: ReadonlySet<LedgerEvent['event']> = new Set(['intended', 'changed', 'not-changed']);

export type Applying = {
  readonly ledger: Ledger;
  readonly about: Pick<LedgerEvent, 'actor' | 'cluster' | 'run'> & { readonly proposal: string };
  readonly digest: string;
  /** Stores what a step is about to overwrite. Nothing is sent before it is stored. */
  readonly keepPrior: (prior: Prior) => Promise<void>;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStage: (says: string) => Promise<void>;
  /** The freeze that holds the cluster at this moment. Asked before each change. */
  readonly frozen: () => Promise<Freeze | undefined>;
};

/** `stopped` says why; nothing after that step was done. `unclear`: whether that step itself was done cannot be told. */
export type Applied = {
  readonly done: readonly string[];
  readonly stopped?: string;
  readonly unclear?: boolean;
  readonly frozen?: Freeze;
};

/**
 * Makes the approved changes one after another. Each is written down before it is sent and after it was answered;
 * each waits until it has settled; the first surprise ends it. A change whose answer was lost is never sent again:
 * the cluster is read to see whether it was made.
 */
export async function apply(approved: Approved, writer: ClusterWriter, applying: Applying): Promise<Applied> {
  const done: string[] = [];
  for (const [index, step] of approved.steps.entries()) {
    if (step.change === undefined) continue;
    applying.signal.throwIfAborted();
    await applying.onStage(step.does);
    const already = await wasMade(step.change, applying.cluster.reader);
    if (already !== 'not-made') return { done, stopped: overtaken(step.change) };
    const prior = await capture(step.change, applying);
    if (prior === 'moved') return { done, stopped: overtaken(step.change) };
    if (prior !== undefined) await applying.keepPrior({ step: index, fields: prior });
    const frozen = await applying.frozen();
    if (frozen !== undefined) return { done, stopped: halted(frozen, step, done.length), frozen };
    await write(applying, 'intended', index, step, { prior });
    const outcome = await send(approved, index, step, step.change, writer, applying);
    if (outcome.is !== 'made') return { done, stopped: outcome.says, unclear: outcome.is === 'unclear' };
    done.push(step.does);
    const waited = await awaitSettled(step, applying);
    if (waited !== true) return { done, stopped: waited };
  }
  return { done };
}

/**
 * What a patch is about to overwrite, read from the object under the resourceVersion that the patch is bound to: the
 * API server refuses the patch for any other, so nothing else can have been overwritten.
 */
async function capture(change: Change, { cluster }: Applying): Promise<Record<string, unknown> | undefined | 'moved'> {
  if (change.change !== 'patch-object') return undefined;
  const object = await readChanged(change, cluster.reader);
  if (object?.metadata.resourceVersion !== change.resourceVersion) return 'moved';
  return priorFields(change.patch, object);
}

/** Somebody else was faster, between the second look and now. */
function overtaken(change: Change): string {
  return `Nothing was done: the object is gone, is being deleted, or was changed by somebody else (${describeChange(change)}).`;
}

function halted({ scope, reason }: Freeze, step: Step, made: number): string {
  const what = made === 0 ? 'Nothing was done' : `This and what follows was not done (${step.does})`;
  return `${what}: after the approval somebody froze ${sayScope(scope)} (“${reason}”). Run the playbook again for a new plan when the freeze is over.`;
}

async function send(
  approved: Approved,
  index: number,
  step: Step,
  change: Change,
  writer: ClusterWriter,
  applying: Applying,
): Promise<Sent> {
  try {
    await writer.apply(approved, index);
  } catch (error) {
    if (!(error instanceof CannotChange)) throw error;
    if (error.reason === 'unclear') return recover(index, step, change, applying);
    await write(applying, 'not-changed', index, step, { says: error.message });
    return { is: 'not-made', says: error.message };
  }
  await write(applying, 'changed', index, step);
  return { is: 'made' };
}

async function awaitSettled(step: Step, applying: Applying): Promise<true | string> {
  if (step.change === undefined || step.settled === undefined) return true;
  const settling = await settle(step.change, step.settled, applying.cluster, applying.signal);
  return settling.settled || `${step.does} ${settling.because}`;
}

type Sent = { readonly is: 'made' } | { readonly is: 'not-made' | 'unclear'; readonly says: string };

/**
 * Finds out from the cluster what became of a change that was intended and whose outcome nobody wrote down, after
 * a lost answer or a crash. "Not made" is believed only when it stays so for a while: the request may be on its way.
 */
async function recover(index: number, step: Step, change: Change, applying: Applying): Promise<Sent> {
  const { clock, reader } = applying.cluster;
  const start = clock.now().getTime();
  for (;;) {
    const state = await wasMade(change, reader).catch((error: unknown) => {
      if (error instanceof CannotRead) return 'unreadable' as const;
      throw error;
    });
    const waited = clock.now().getTime() - start;
    if (state === 'made') {
      await write(applying, 'changed', index, step, seenAfterwards);
      return { is: 'made' };
    }
    if (state === 'not-made' && waited >= onItsWayMilliseconds) {
      await write(applying, 'not-changed', index, step, seenAfterwards);
      return {
        is: 'not-made',
        says: `This was not done: ${describeChange(change)}. Run the playbook again for a new plan.`,
      };
    }
    if (state === 'unclear' || waited >= unreadablePatienceMilliseconds) {
      const says = `Whether this was done cannot be told: ${describeChange(change)}. Somebody has to look at the object.`;
      return { is: 'unclear', says };
    }
    await clock.sleep(pollMilliseconds, applying.signal);
  }
}

/** `restart`: nothing was changed before the crash, so the approval may be used from the beginning. */
export type Resumed = Applied | { readonly restart: true };

/**
 * Goes on after a crash without making any change: it reads what was intended and what the cluster shows. Steps
 * that were not begun are not made any more once an earlier one was; a person decides about a new plan.
 */
export async function resume(
  steps: readonly Step[],
  entries: readonly LedgerEntry[],
  applying: Applying,
): Promise<Resumed> {
  const done: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.change === undefined) continue;
    const last = entries.findLast(({ event, detail }) => detail['step'] === index && outcomes.has(event));
    if (last === undefined || last.event === 'not-changed') {
      if (done.length === 0) return { restart: true };
      return {
        done,
        stopped: `The worker was interrupted, and this was not done: ${step.does} Run the playbook again for a new plan.`,
      };
    }
    if (last.event === 'intended') {
      const recovered = await recover(index, step, step.change, applying);
      if (recovered.is === 'not-made' && done.length === 0) return { restart: true };
      if (recovered.is !== 'made') return { done, stopped: recovered.says, unclear: recovered.is === 'unclear' };
    }
    done.push(step.does);
    const waited = await awaitSettled(step, applying);
    if (waited !== true) return { done, stopped: waited };
  }
  return { done };
}

async function write(
  applying: Applying,
  event: LedgerEvent['event'],
  index: number,
  step: Step,
  more: { readonly says?: string; readonly prior?: Record<string, unknown> | undefined } = {},
): Promise<void> {
  await applying.ledger.append({
    ...applying.about,
    at: applying.clock.now().toISOString(),
    event,
    detail: { digest: applying.digest, step: index, change: step.change, ...more },
  });
}
