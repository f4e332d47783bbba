import type { Sight } from '../../../src/core/check.ts';
import type { Read } from '../../../src/core/read.ts';
import { list } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { cannotReachApiServer } from '../../facts/kube-ovn/log-lines.ts';
import { isOnSubnet } from '../../facts/kube-ovn/pods.ts';
import { daemon, installed } from '../../facts/kube-ovn/product.ts';
import { failuresOf, newestMissingPort, podOfPort } from '../../facts/kube-ovn/reconcile-failures.ts';
import { type AffectedPods, affectedPods, lastRouteChange } from '../../facts/kube-ovn/symptoms.ts';
import { isFinished, isReady } from '../../facts/kubernetes/pods.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { type Node, Pod } from '../../kinds/kubernetes.ts';
import { controllerLogReads, type PodLog, readControllerLogs } from './controller-logs.ts';
import { type Leadership, leaderReads, readLeadership } from './leader.ts';
import { type NodeLog, nodeLogReads, nodesToSample, readDaemonLogs, readPingerLogs } from './node-logs.ts';

export const subnetContextReads: readonly Read[] = [...leaderReads, ...controllerLogReads, ...nodeLogReads, list(Pod)];

/** What else there is to know once a subnet is not ready. */
export type SubnetContext = {
  readonly leadership: Leadership;
  readonly controllerLogs: readonly PodLog[];
  readonly daemonLogs: readonly NodeLog[];
  readonly pingerLogs: readonly NodeLog[];
  readonly pods: readonly Pod[];
};

/** Read only when a subnet is not ready: a healthy cluster is asked for its subnets and nothing more. */
export async function readSubnetContext(
  sight: Pick<Sight, 'cluster' | 'platform' | 'now'>,
  subnets: readonly Subnet[],
  nodes: readonly Node[],
): Promise<SubnetContext> {
  const { cluster, platform } = sight;
  const { namespace } = installed(platform);
  const [leadership, pods] = await Promise.all([readLeadership(sight), cluster.list(Pod)]);
  const affected = pods.filter(
    (pod) => !isReady(pod) && !isFinished(pod) && subnets.some(({ metadata }) => isOnSubnet(pod, metadata.name)),
  );
  const daemons = await cluster.list(Pod, { namespace, labels: daemon.labels });
  const sample = nodesToSample(nodes, daemons, affected);
  const [controllerLogs, daemonLogs, pingerLogs] = await Promise.all([
    readControllerLogs(cluster, leadership.pods),
    readDaemonLogs(cluster, namespace, sample),
    readPingerLogs(cluster, namespace, sample),
  ]);
  return { leadership, controllerLogs, daemonLogs, pingerLogs, pods };
}

export type SubnetSymptoms = {
  readonly pods: AffectedPods;
  /** Nodes of the sample whose daemon last took the subnet's routes away, or last put them there. */
  readonly routes: { readonly removed: readonly (NodeLog & { line: LogLine })[]; readonly added: readonly string[] };
  /** Pingers on sampled nodes that are pods of this subnet like any other, and say that they cannot. */
  readonly unreachable: readonly (NodeLog & { lines: readonly LogLine[] })[];
  readonly failures: readonly (PodLog & { lines: readonly LogLine[] })[];
  /** The logical port that the newest failed reconcile stopped at, and its pod while that lives. */
  readonly blocked: { readonly port: string; readonly pod: Pod | undefined } | undefined;
};

/** What of all that belongs to one subnet. */
export function symptomsOf(subnet: Subnet, context: SubnetContext, now: Date): SubnetSymptoms {
  const { name } = subnet.metadata;
  const changes = context.daemonLogs.flatMap((log) => {
    const change = lastRouteChange(subnet, log.log.lines);
    return change === undefined ? [] : [{ ...log, ...change }];
  });
  const failures = context.controllerLogs
    .map((log) => ({ ...log, lines: failuresOf(name, log.log) }))
    .filter(({ lines }) => lines.length > 0);
  const allFailures = failures
    .flatMap(({ lines }) => lines)
    .sort((left, right) => (left.at?.getTime() ?? 0) - (right.at?.getTime() ?? 0));
  const missing = newestMissingPort(allFailures);
  const pingers = new Set(context.pods.filter((pod) => isOnSubnet(pod, name)).map(({ metadata }) => metadata.name));
  return {
    pods: affectedPods(name, context.pods),
    routes: {
      removed: changes.filter(({ does }) => does === 'removes'),
      added: changes.filter(({ does }) => does === 'adds').map(({ node }) => node),
    },
    unreachable: context.pingerLogs
      .filter(({ pod }) => pingers.has(pod))
      .map((log) => ({ ...log, lines: log.log.lines.filter(({ text }) => cannotReachApiServer.test(text)) }))
      .filter(({ lines }) => lines.length > 0),
    failures,
    blocked:
      missing === undefined ? undefined : { port: missing.port, pod: podOfPort(missing.port, context.pods, now) },
  };
}
