import { z } from 'zod';
import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log } from '../../../src/core/reader.ts';
import { type Loop, loopsOf } from '../../facts/calico/log-lines.ts';
import { nodeAgent, typha } from '../../facts/calico/product.ts';
import { waitingPods } from '../../facts/kubernetes/new-pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { agentsAsked, type NodeAgents, nodeAgentReads, readNodeAgents } from './node-agents.ts';

export const listLoopReads: readonly Read[] = [...nodeAgentReads, logs({ product: 'calico' })];

/** What counts as a loop. */
export const LoopSettings = z.strictObject({
  /** So many refusals of one list within `windowSeconds` are a loop; 1 to 5 after an API server's restart are usual. */
  matches: z.number().int().min(2).default(10),
  windowSeconds: z.number().int().min(10).default(60),
  /** A loop repeats every second: one whose last line is older than this has ended. */
  freshSeconds: z.number().int().min(2).default(15),
  /** Logs of so many nodes are read: first of those where new pods wait, then of others. */
  mostNodes: z.number().int().min(1).default(50),
});
export type LoopSettings = z.infer<typeof LoopSettings>;

/** One agent or Typha whose log was read. */
export type Listener = { readonly pod: Pod; readonly log: Log; readonly loops: readonly Loop[] };

export type ListLoops = NodeAgents & {
  readonly listeners: readonly Listener[];
  readonly typhaListeners: readonly Listener[];
  /** How many agents there are to choose from. */
  readonly asked: number;
};

/** A loop writes dozens of lines a second; three minutes of them are more than the newest 4,000. */
export const agentLogWindow = { sinceSeconds: 180, tailLines: 4000, maximumBytes: 2 * 1024 * 1024 };
const mostTyphas = 20;

/**
 * The lists that go round and round, in the logs of Calico's node agents and Typhas. Nodes where new pods wait are
 * looked at first; a cluster of thousands of nodes is not asked for thousands of logs.
 */
export async function readListLoops(
  sight: Pick<Sight, 'cluster' | 'platform' | 'target' | 'now'>,
  settings: LoopSettings,
): Promise<ListLoops> {
  const found = await readNodeAgents(sight);
  const asked = agentsAsked(found.agents, sight.target.node);
  const chosen = byNeed(asked, found.pods, sight.now).slice(0, settings.mostNodes);
  const listen = async (pods: readonly Pod[], container: string) =>
    (await Promise.all(pods.map(async (pod) => read(sight.cluster, pod, container, settings, sight.now)))).flat();
  const listeners = await listen(chosen, nodeAgent.container);
  const typhaListeners = await listen(found.typhas.slice(0, mostTyphas), typha.container);
  if (listeners.length === 0) {
    throw new CannotRead(
      `read the logs of the node agents of Calico in ${found.about.namespace ?? ''}`,
      'missing',
      'none of them has a log',
    );
  }
  return { ...found, listeners, typhaListeners, asked: asked.length };
}

async function read(
  cluster: ClusterReader,
  pod: Pod,
  container: string,
  settings: LoopSettings,
  now: Date,
): Promise<Listener[]> {
  const { name, namespace = '' } = pod.metadata;
  const log = await cluster.logs({ namespace, pod: name, container, ...agentLogWindow });
  return log === undefined ? [] : [{ pod, log, loops: loopsOf(log, settings, now) }];
}

function byNeed(agents: readonly Pod[], pods: readonly Pod[], now: Date): Pod[] {
  const waiting = new Map<string, number>();
  for (const { spec } of waitingPods(pods, now)) {
    waiting.set(spec.nodeName ?? '', (waiting.get(spec.nodeName ?? '') ?? 0) + 1);
  }
  const weight = ({ spec }: Pod) => waiting.get(spec.nodeName ?? '') ?? 0;
  return agents.toSorted(
    (left, right) =>
      weight(right) - weight(left) || (left.spec.nodeName ?? '').localeCompare(right.spec.nodeName ?? ''),
  );
}

export function nodeOf({ pod }: Pick<Listener, 'pod'>): string {
  return pod.spec.nodeName ?? pod.metadata.name;
}

/** `50 of 1,200`: a cluster too large to be read as a whole is not called clear as a whole. */
export function sayReach({ listeners, asked }: ListLoops): string {
  return `${listeners.length} of ${asked}`;
}
