import type { Sight } from '../../../src/core/check.ts';
import { list, logs, type Read } from '../../../src/core/read.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { type ApiServer, apiServerNodes, apiServerReads } from '../kubernetes/api-server.ts';
import { seekApiServer } from '../kubernetes/sought-api-server.ts';
import { couldSuffer, readVictims, spread, type Victim } from '../kubernetes/victims.ts';
import { isListeningAgent, readUnheardAgents } from './listing-agents.ts';

export const clientReads: readonly Read[] = [...apiServerReads, list(Node), list(Pod), logs('everywhere')];

/** Where nothing else tells the address of the API server, so many agents are as good as all. */
const fewAgents = 3;
const restartedMilliseconds = 1_800_000;

/** Where among the nodes pods suffer; it tells where to look. */
export type Where = 'remote' | 'everywhere' | 'one-node' | 'some';

export type Clients = {
  readonly api: ApiServer;
  readonly asked: readonly Pod[];
  readonly victims: readonly Victim[];
  readonly nodes: readonly string[];
  readonly where: Where;
};

/**
 * Asks pods on the pod network that are likely to talk to the API server, by their logs: those of kube-system and of
 * kube-ovn's namespace, and anywhere else those that are not ready or have restarted in the last half hour, which is
 * what happens to a program that cannot reach it. Agents of Calico on the host network are asked beside them: they stay
 * ready, and nobody else says that they hear nothing. A run may be pointed at a namespace, a pod or a node.
 */
export async function readClients(
  sight: Pick<Sight, 'cluster' | 'platform' | 'now' | 'target'>,
  mostLogs: number,
): Promise<Clients> {
  const { cluster, platform, now, target } = sight;
  // The pinger of kube-ovn asks the API server every few seconds and stays ready, wherever kube-ovn is installed.
  const systemNamespaces = ['kube-system', platform.kubeOvn?.namespace];
  const [nodes, pods] = await Promise.all([cluster.list(Node), cluster.list(Pod)]);
  const wanted = pods.filter(
    (pod) =>
      (couldSuffer(pod) || isListeningAgent(pod)) &&
      (target.namespace === undefined || pod.metadata.namespace === target.namespace) &&
      (target.pod === undefined || pod.metadata.name === target.pod) &&
      (target.node === undefined || pod.spec.nodeName === target.node),
  );
  const isNamed = target.namespace !== undefined || target.pod !== undefined;
  const agents = spread(wanted.filter(isListeningAgent), mostLogs);
  const likely = wanted
    .filter(couldSuffer)
    .filter((pod) => isNamed || systemNamespaces.includes(pod.metadata.namespace) || isTroubled(pod, now));
  const asked = spread(likely, mostLogs);
  const api = await seekApiServer(cluster, nodes, [...asked, ...agents.slice(0, fewAgents)]);
  const { victims } = await readVictims(cluster, asked, api, now);
  const unheard = await readUnheardAgents(cluster, agents, api, now);
  const own = apiServerNodes(api, nodes);
  const suffering = nodesOf([...victims, ...unheard]);
  // The host network is another path: that it is well says nothing of the network of pods.
  const where = victims.length > 0 ? whereOf(nodesOf(victims), asked, own) : whereOf(nodesOf(unheard), agents, own);
  return {
    api,
    asked: unheard.length === 0 ? asked : [...asked, ...agents],
    victims: [...victims, ...unheard],
    nodes: suffering,
    where,
  };
}

function nodesOf(victims: readonly Victim[]): string[] {
  return [...new Set(victims.map(({ pod }) => pod.spec.nodeName ?? ''))].sort();
}

function isTroubled(pod: Pod, now: Date): boolean {
  if (!isReady(pod)) return true;
  return pod.status.containerStatuses.some(
    ({ lastState }) => now.getTime() - (lastState.terminated?.finishedAt?.getTime() ?? 0) <= restartedMilliseconds,
  );
}

function whereOf(suffering: readonly string[], asked: readonly Pod[], own: ReadonlySet<string>): Where {
  const nodes = new Set(asked.map(({ spec }) => spec.nodeName ?? ''));
  const isHealthyElsewhere = [...nodes].some((node) => !suffering.includes(node));
  if (suffering.length === nodes.size)
    return suffering.some((node) => own.has(node)) || own.size === 0 ? 'everywhere' : 'remote';
  const remote = [...nodes].filter((node) => !own.has(node));
  if (suffering.every((node) => !own.has(node)) && remote.every((node) => suffering.includes(node))) return 'remote';
  return suffering.length === 1 && isHealthyElsewhere ? 'one-node' : 'some';
}
