import { changedObject } from '../core/change.ts';
import { sayDuration } from '../core/duration.ts';
import { CannotRead } from '../core/errors.ts';
import type { Measurement } from '../core/finding.ts';
import { carries, namedFields, sayField } from '../core/prior.ts';
import type { Proposal } from '../core/proposal.ts';
import type { Proof } from '../core/record.ts';
import { nameOf } from '../core/reference.ts';
import type { Cluster } from '../ports/cluster.ts';
import { readChanged } from './was-made.ts';

/** Long enough for an operator or a GitOps tool that writes its own value back at once. */
const holdSeconds = 30;

export type ProvingUndo = {
  readonly proposal: Proposal;
  readonly before: readonly Measurement[];
  readonly done: readonly string[];
  readonly startedAt: Date;
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly onStage: (says: string) => Promise<void>;
};

type Look = { readonly is: 'held' | 'not-held'; readonly after: Measurement[] } | { readonly cannot: string };

/** Looks whether the fields hold what was put back, holds, and looks once more. */
export async function proveUndo(proving: ProvingUndo): Promise<Proof> {
  const { proposal, cluster, signal } = proving;
  const first = await look(proposal, cluster);
  if ('cannot' in first) return ended(proving, 'unknown', `Whether it was undone is not known. ${first.cannot}`, []);
  if (first.is === 'not-held')
    return ended(
      proving,
      'not-undone',
      'The fields do not hold what was put back: something else writes them.',
      first.after,
    );
  const hold = sayDuration(holdSeconds * 1000);
  await proving.onStage(`The fields hold what they held before the fix. They are looked at once more after ${hold}.`);
  await cluster.clock.sleep(holdSeconds * 1000, signal);
  const second = await look(proposal, cluster);
  if ('cannot' in second) {
    const says = `The fields held what was put back; the second look was not possible. ${second.cannot}`;
    return ended(proving, 'unknown', says, first.after);
  }
  return second.is === 'held'
    ? ended(proving, 'undone', `The fields held what they held before the fix, twice, ${hold} apart.`, second.after)
    : ended(
        proving,
        'not-undone',
        `The fields were put back, and within ${hold} something else wrote them again.`,
        second.after,
      );
}

async function look({ remedy }: Proposal, { reader }: Cluster): Promise<Look> {
  const after: Measurement[] = [];
  let held = true;
  for (const { change } of remedy.steps) {
    if (change?.change !== 'patch-object') continue;
    const name = nameOf(changedObject(change));
    try {
      const object = await readChanged(change, reader);
      held &&= object?.metadata.uid === change.uid && carries(change.patch, object);
      after.push(
        ...namedFields(change.patch, object).map((field) => ({
          what: `${name}, ${field.path}`,
          is: sayField(field.path, field.held),
        })),
      );
    } catch (error) {
      if (error instanceof CannotRead) return { cannot: error.message };
      throw error;
    }
  }
  return { is: held ? 'held' : 'not-held', after };
}

function ended(proving: ProvingUndo, outcome: Proof['outcome'], says: string, after: Measurement[]): Proof {
  return {
    outcome,
    says,
    done: [...proving.done],
    before: [...proving.before],
    after,
    startedAt: proving.startedAt.toISOString(),
    finishedAt: proving.cluster.clock.now().toISOString(),
  };
}
