import { randomUUID } from 'node:crypto';
import { type Change, changedObject, describeChange } from '../../core/change.ts';
import { CannotChange } from '../../core/errors.ts';
import { groupOf } from '../../core/kind.ts';
import type { World } from '../../core/world.ts';
import type { ClusterWriter } from '../../ports/cluster.ts';
import { type Access, refusalOf } from './access.ts';
import { type Judgement, judge } from './judge.ts';
import type { Line } from './line.ts';
import type { Store } from './store.ts';

export type Writing = {
  readonly denied: World['denied'];
  readonly line: Line;
  readonly look: () => { readonly store: Store };
  /** Writes a change into the world's history; false when another process made one since `look`. */
  readonly record: (change: Change, proposal: string, id: string) => boolean;
};

function accessOf(change: Change): Access {
  const { apiVersion, plural, namespace, name } = changedObject(change);
  const place = { group: groupOf(apiVersion), namespace, name };
  if (change.change === 'evict-pod') return { verb: 'create', resource: `${plural}/eviction`, ...place };
  if (change.change !== 'patch-object') return { verb: 'delete', resource: plural, ...place };
  const resource = change.subresource === undefined ? plural : `${plural}/${change.subresource}`;
  return { verb: 'patch', resource, ...place };
}

type Sound = Exclude<Judgement, { refused: unknown }>;

/** What the API server makes of a change now. Throws `CannotChange` when it would refuse it. */
function judged({ denied, look }: Writing, change: Change): Sound {
  const judgement = judge(look().store, change);
  const isNonsense = 'refused' in judgement && judgement.refused.reason === 'invalid';
  const refusal = refusalOf(denied, accessOf(change));
  if (refusal !== undefined && !isNonsense) throw new CannotChange(describeChange(change), 'denied', refusal);
  if (!('refused' in judgement)) return judgement;
  const { reason, because } = judgement.refused;
  throw new CannotChange(describeChange(change), reason, because);
}

export function openWriter(writing: Writing): ClusterWriter {
  const { line, record } = writing;
  return {
    dryRun: (change) =>
      line.write(describeChange(change), () => {
        const judgement = judged(writing, change);
        const seen = judgement.does === 'patch' ? judgement : { before: judgement.object, after: undefined };
        return { before: structuredClone(seen.before), after: structuredClone(seen.after) };
      }),
    async apply(approved, step) {
      const change = approved.steps[step]?.change;
      if (change === undefined) {
        throw new CannotChange(`make step ${step + 1} of ${approved.proposal}`, 'invalid', 'this step changes nothing');
      }
      await line.write(describeChange(change), () => {
        const id = randomUUID();
        // Whoever lost the race for the next place in the history looks again: the object may have moved.
        do judged(writing, change);
        while (!record(change, approved.proposal, id));
      });
    },
  };
}
