import type { ClusterReader } from '../../../src/core/reader.ts';
import { nodeAgent, runsNodeAgent, typha } from '../../facts/calico/product.ts';
import { unansweredLists } from '../../facts/calico/unanswered-lists.ts';
import { cannotReachApiServer } from '../../facts/kubernetes/apiserver-lines.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { agentLogWindow } from '../calico/list-loops.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import type { Victim } from '../kubernetes/victims.ts';

/**
 * Node agents and Typhas of Calico on the host network that are ready, as Felix stays while it hears nothing. One that
 * is not ready says so itself, and has a finding of its own.
 */
export function isListeningAgent(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && isReady(pod) && containerOf(pod) !== undefined;
}

function containerOf({ spec }: Pod): string | undefined {
  if (runsNodeAgent(spec)) return nodeAgent.container;
  return spec.containers.find(({ name }) => name === typha.container)?.name;
}

/** The agents whose lists the API server has not answered for a minute or more. They use its Service from the host. */
export async function readUnheardAgents(
  cluster: ClusterReader,
  agents: readonly Pod[],
  { answering }: ApiServer,
  now: Date,
): Promise<Victim[]> {
  const seen = await Promise.all(
    agents.map(async (pod): Promise<Victim[]> => {
      const { name, namespace = '' } = pod.metadata;
      const container = containerOf(pod) ?? '';
      const log = await cluster.logs({ namespace, pod: name, container, ...agentLogWindow });
      const lines = unansweredLists(log?.lines ?? [], now, (text) => cannotReachApiServer(text, answering));
      return log === undefined || lines.length === 0 ? [] : [{ pod, log, lines }];
    }),
  );
  return seen.flat();
}
