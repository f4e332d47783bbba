import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { appLabel, installed, nodeAgent, typha } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';

export const nodeAgentReads: readonly Read[] = [list(DaemonSet), list(Pod)];

export type NodeAgents = {
  /** `calico-node`, or canal's DaemonSet, which has the same container. */
  readonly daemonSet: DaemonSet;
  /** A label selector that takes the agents and nothing else. */
  readonly labels: string;
  readonly agents: readonly Pod[];
  /** Agents that are being deleted. */
  readonly stopping: readonly Pod[];
  readonly typhas: readonly Pod[];
  /** Every pod of the cluster. */
  readonly pods: readonly Pod[];
};

/** What of Calico runs where. An agent that is being deleted is none any more: nobody asks it anything. */
export async function readNodeAgents({ cluster, platform }: Pick<Sight, 'cluster' | 'platform'>): Promise<NodeAgents> {
  const { namespace } = installed(platform);
  const daemonSets = (await cluster.list(DaemonSet)).filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.template.spec.containers.some(({ name }) => name === nodeAgent.container),
  );
  const daemonSet = daemonSets.find(({ status }) => status.desiredNumberScheduled > 0) ?? daemonSets[0];
  if (daemonSet === undefined) {
    throw new CannotRead(`find the node agents of Calico in ${namespace}`, 'missing', 'their DaemonSet is gone');
  }
  const app = daemonSet.spec.template.metadata.labels[appLabel] ?? daemonSet.metadata.name;
  const pods = await cluster.list(Pod);
  const isAgent = ({ metadata }: Pod) => metadata.labels[appLabel] === app;
  const all = pods.filter(({ metadata }) => metadata.namespace === namespace);
  const own = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return {
    daemonSet,
    labels: `${appLabel}=${app}`,
    agents: own.filter(isAgent),
    stopping: all.filter((pod) => isAgent(pod) && pod.metadata.deletionTimestamp !== undefined),
    typhas: own.filter(({ metadata }) => metadata.labels[appLabel] === typha.app),
    pods,
  };
}

/** The agents that a run is pointed at: all, or the one of the node in question. */
export function agentsAsked(agents: readonly Pod[], node: string | undefined): readonly Pod[] {
  if (node === undefined) return agents;
  const wanted = agents.filter(({ spec }) => spec.nodeName === node);
  if (wanted.length > 0) return wanted;
  const names = listed(agents.flatMap(({ spec }) => spec.nodeName ?? []).sort());
  throw new CannotRead(
    `look at node ${node}`,
    'missing',
    `no node agent of Calico runs there; there are some on: ${names}`,
  );
}
