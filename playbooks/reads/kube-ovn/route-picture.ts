import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { type Gate, gateStateOf } from '../../facts/kube-ovn/gate-state.ts';
import { isRoutedOnNodes, nodesToRoute } from '../../facts/kube-ovn/node-routes.ts';
import { subnetOf } from '../../facts/kube-ovn/pods.ts';
import { daemon, installed } from '../../facts/kube-ovn/product.ts';
import { routeGateOf } from '../../facts/kube-ovn/route-gate.ts';
import { type RouteTrouble, routeTroubles } from '../../facts/kube-ovn/route-log.ts';
import { isOvnProvider } from '../../facts/kube-ovn/subnet-state.ts';
import { isFinished, isReady } from '../../facts/kubernetes/pods.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { controllerReads, readController } from './controller.ts';
import { allLines, type DaemonLog, daemonLogReads, readDaemonHistory } from './daemon-logs.ts';
import { nodesToSample } from './node-logs.ts';
import { readSubnets, subnetReads } from './subnets.ts';

export const routePictureReads: readonly Read[] = [...subnetReads, ...controllerReads, list(Node), ...daemonLogReads];

export type RoutedSubnet = { readonly subnet: Subnet; readonly gate: Gate };
export type TroubleOnNode = { readonly node: string; readonly log: DaemonLog; readonly trouble: RouteTrouble };

/** Which subnets the nodes should route, and what the daemons of some nodes say about their routes. */
export type RoutePicture = {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly routed: readonly RoutedSubnet[];
  readonly logs: readonly DaemonLog[];
  readonly troublesOf: (routed: RoutedSubnet) => readonly TroubleOnNode[];
};

/** Throws `CannotRead` when no daemon has a log: then nothing shows which routes there are. */
export async function readRoutePicture(
  sight: Pick<Sight, 'cluster' | 'platform' | 'target' | 'now'>,
  sampledNodes: number,
): Promise<RoutePicture> {
  const { cluster, platform, target } = sight;
  const { namespace, version } = installed(platform);
  const { settings } = await readController(sight);
  const gate = routeGateOf(version);
  const routed = (await readSubnets(sight))
    .filter((subnet) => isOvnProvider(subnet.spec.provider) && isRoutedOnNodes(subnet, settings.clusterRouter, version))
    .map((subnet) => ({ subnet, gate: gateStateOf(subnet, gate, settings.joinSubnet) }));
  const nodes = await cluster.list(Node);
  const names = new Set(routed.map(({ subnet }) => subnet.metadata.name));
  const daemons = await cluster.list(Pod, { namespace, labels: daemon.labels });
  const pods = (await cluster.list(Pod)).filter((pod) => !isFinished(pod) && names.has(subnetOf(pod) ?? ''));
  const affected = pods.filter((pod) => !isReady(pod));
  const sample = target.node === undefined ? nodesToSample(nodes, daemons, affected, sampledNodes) : [target.node];
  const logs = routed.length === 0 ? [] : await readDaemonHistory(cluster, namespace, sample);
  if (routed.length > 0 && logs.length === 0) {
    const because = `none of the kube-ovn-cni pods${sample.length === 0 ? '' : ` on ${sample.length} ${sample.length === 1 ? 'node' : 'nodes'}`} has one`;
    throw new CannotRead(`read the logs of kube-ovn-cni in ${namespace}`, 'missing', because);
  }
  const histories = logs.map((log) => ({ log, all: allLines(log) }));
  // Of thousands of nodes and subnets only the few nodes whose logs were read are compared with each subnet.
  const nodeOf = new Map(nodes.map((node) => [node.metadata.name, node]));
  const isWanted = (subnet: Subnet, name: string): boolean => {
    const node = nodeOf.get(name);
    return node === undefined || nodesToRoute(subnet, [node]).length > 0;
  };
  const troublesOf = ({ subnet, gate: { is } }: RoutedSubnet): TroubleOnNode[] =>
    histories
      .filter(({ log }) => isWanted(subnet, log.node))
      .flatMap(({ log, all }) =>
        // A daemon that starts puts every route on that is allowed: what it took away before is history then.
        routeTroubles(subnet, is === 'open' ? log.current.lines : all).map((trouble) => ({
          node: log.node,
          log,
          trouble,
        })),
      );
  return { nodes, pods, routed, logs, troublesOf };
}
