import { z } from 'zod';
import { type Change, changedObject } from '../core/change.ts';
import { sayDuration } from '../core/duration.ts';
import { CannotRead } from '../core/errors.ts';
import { defineKind, objectWith } from '../core/kind.ts';
import type { Settled } from '../core/remedy.ts';
import type { Cluster } from '../ports/cluster.ts';
import { wasMade } from './was-made.ts';

const pollMilliseconds = 2000;

const ReadyPod = defineKind({
  name: 'Pod',
  plural: 'pods',
  apiVersions: ['v1'],
  namespaced: true,
  schema: objectWith({
    status: z
      .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
      .default({ conditions: [] }),
  }),
});

export type Settling = { readonly settled: true } | { readonly settled: false; readonly because: string };

/** Waits until a step has settled. A read that fails while waiting is tried again until the time is over. */
export async function settle(
  change: Change,
  condition: Settled,
  cluster: Cluster,
  signal?: AbortSignal,
): Promise<Settling> {
  if (condition.until === 'stored') return { settled: true };
  const deadline = cluster.clock.now().getTime() + condition.withinSeconds * 1000;
  for (;;) {
    const state = await look(change, condition, cluster);
    if (state === true) return { settled: true };
    if (cluster.clock.now().getTime() >= deadline) {
      return { settled: false, because: `After ${sayDuration(condition.withinSeconds * 1000)}, ${state}.` };
    }
    await cluster.clock.sleep(pollMilliseconds, signal);
  }
}

async function look(change: Change, condition: Settled, cluster: Cluster): Promise<true | string> {
  const { kind, name, uid } = changedObject(change);
  try {
    if (condition.until === 'pods-ready') {
      const { namespace, labels, atLeast } = condition;
      const pods = await cluster.reader.list(ReadyPod, { namespace, labels });
      if (pods.some(({ metadata }) => metadata.uid === uid)) return `the pod ${name} is still there`;
      const ready = pods.filter(({ status }) =>
        status.conditions.some((part) => part.type === 'Ready' && part.status === 'True'),
      ).length;
      return ready >= atLeast || `${ready} of ${atLeast} pods with ${labels} are ready`;
    }
    return (await wasMade(change, cluster.reader)) === 'made' || `${kind} ${name} is still there`;
  } catch (error) {
    if (error instanceof CannotRead) return `the cluster could not be read: ${error.because}`;
    throw error;
  }
}
