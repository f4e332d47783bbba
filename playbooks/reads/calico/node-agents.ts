import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { appLabel, installed, nodeAgent, runsNodeAgent, typha } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';

export const nodeAgentReads: readonly Read[] = [list(DaemonSet), list(Pod)];

export type NodeAgents = {
  /** `calico-node`, or canal's DaemonSet, which has the same container. Absent when it is gone and left its pods. */
  readonly daemonSet: DaemonSet | undefined;
  /** That DaemonSet, by the name that its pods know where it is gone. */
  readonly about: ObjectReference;
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
    ({ metadata, spec }) => metadata.namespace === namespace && runsNodeAgent(spec.template.spec),
  );
  const daemonSet = daemonSets.find(({ status }) => status.desiredNumberScheduled > 0) ?? daemonSets[0];
  const pods = await cluster.list(Pod);
  const all = await cluster.list(Pod, { namespace });
  const left = all.find(({ spec }) => runsNodeAgent(spec));
  if (daemonSet === undefined && left === undefined) {
    throw new CannotRead(`find the node agents of Calico in ${namespace}`, 'missing', 'their DaemonSet is gone');
  }
  const about = daemonSet === undefined ? makerOf(left, namespace) : referenceTo(daemonSet);
  const app = (daemonSet?.spec.template ?? left)?.metadata.labels[appLabel] ?? about.name;
  const isAgent = ({ metadata, spec }: Pod) => runsNodeAgent(spec) && (metadata.labels[appLabel] ?? app) === app;
  const own = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return {
    daemonSet,
    about,
    labels: `${appLabel}=${app}`,
    agents: own.filter(isAgent),
    stopping: all.filter((pod) => isAgent(pod) && pod.metadata.deletionTimestamp !== undefined),
    typhas: own.filter(({ metadata }) => metadata.labels[appLabel] === typha.app),
    pods,
  };
}

/** What made an agent, by its own words. */
function makerOf(agent: Pod | undefined, namespace: string): ObjectReference {
  const owner = agent?.metadata.ownerReferences.find(({ kind }) => kind === 'DaemonSet');
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name: owner?.name ?? nodeAgent.container };
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
