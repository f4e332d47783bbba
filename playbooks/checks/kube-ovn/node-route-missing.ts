import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { concernsOf } from '../../facts/kube-ovn/concerns.ts';
import { type FeltOnNode, feltOnNodes } from '../../facts/kube-ovn/felt-on-node.ts';
import { lastTimeOf } from '../../facts/kube-ovn/node-log-lines.ts';
import { daemon, installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { feltOnlyOn, isNodeReady } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { routeEvidence, suspicionEvidence } from '../../reads/kube-ovn/route-evidence.ts';
import {
  type RoutedSubnet,
  type RoutePicture,
  readRoutePicture,
  routePictureReads,
  type TroubleOnNode,
} from '../../reads/kube-ovn/route-picture.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { compareNodeRoutes } from '../../remedies/kube-ovn/compare-node-routes.ts';
import { mostNodes } from '../../remedies/kube-ovn/node-guards.ts';
import { removeForeignRoute } from '../../remedies/kube-ovn/remove-foreign-route.ts';
import { restartDaemon } from '../../remedies/kube-ovn/restart-daemon.ts';
import { restoreRoutesByHand } from '../../remedies/kube-ovn/restore-routes-by-hand.ts';

const code = 'kube-ovn/node-route-missing';

type Lost = { readonly routed: RoutedSubnet; readonly troubles: readonly TroubleOnNode[] };
type Seen = {
  readonly picture: RoutePicture;
  readonly namespace: string;
  readonly version: string | undefined;
  readonly settleMilliseconds: number;
  readonly now: Date;
};

/**
 * Tells without a look into the kernel: by what the daemons say that they took away, what the kernel refused, and what
 * the pods of one node feel.
 */
export const nodeRouteMissing = defineCheck({
  id: code,
  asks: 'Does every node that was looked at have the routes to the subnets?',
  appliesTo: whenInstalled,
  reads: routePictureReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Node without the route to a subnet',
      leadsTo: ['kube-ovn/join-gateway-unreachable', 'workload/apiserver-unreachable', 'workload/network-not-ready'],
    },
  },
  remedies: [restoreRoutesByHand, compareNodeRoutes, restartDaemon, removeForeignRoute],
  settings: z.strictObject({
    /** One node of the control plane and those with the most pods that are not ready; each costs one log. */
    sampledNodes: z.number().int().min(1).max(20).default(5),
    /** After its condition became True, a subnet has its routes back within this time. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { platform, now, settings } = sight;
    const { namespace, version } = installed(platform);
    const picture = await readRoutePicture(sight, settings.sampledNodes);
    const seen = { picture, namespace, version, settleMilliseconds: settings.settleSeconds * 1000, now };
    const lost = picture.routed.map((routed) => ({ routed, troubles: picture.troublesOf(routed) }));
    const removed = lost.map((one) => only(one, 'removed')).filter(({ troubles }) => troubles.length > 0);
    const refused = lost.map((one) => only(one, 'refused')).filter(({ troubles }) => troubles.length > 0);
    const closed = removed.filter(({ routed }) => routed.gate.is !== 'open');
    const open = removed.map((one) => settled(one, seen)).filter(({ troubles }) => troubles.length > 0);
    const told = new Set([...removed, ...refused].flatMap(({ troubles }) => troubles.map(({ node }) => node)));
    const findings = [
      ...closed.map((one) => takenAway(one, seen)),
      ...(open.length === 0 ? [] : [notPutBack(open, seen)]),
      ...byNode(refused).map(([node, troubles]) => notTaken(node, troubles, seen)),
      ...suspects(seen, told).map((one) => feltOnly(one, seen)),
    ];
    const words = removed.map(
      ({ routed, troubles }) => `${routed.subnet.metadata.name} on ${listed(nodesOf(troubles))}`,
    );
    const measured = [
      {
        what: 'Nodes whose kube-ovn-cni was read',
        is: `${picture.logs.length} of ${Math.max(picture.nodes.length, picture.logs.length)}`,
      },
      { what: 'Routes taken away and not put back', is: words.length === 0 ? 'none' : listed(words, 5) },
    ];
    return { findings, measured };
  }),
});

function only({ routed, troubles }: Lost, is: TroubleOnNode['trouble']['is']): Lost {
  return { routed, troubles: troubles.filter(({ trouble }) => trouble.is === is) };
}

/** Where the subnet may be routed: only what has been missing for longer than a daemon needs to put it back. */
function settled({ routed, troubles }: Lost, { settleMilliseconds, now }: Seen): Lost {
  const isOld = (at: Date | undefined) => at === undefined || now.getTime() - at.getTime() > settleMilliseconds;
  if (routed.gate.is !== 'open' || !isOld(routed.gate.since)) return { routed, troubles: [] };
  return { routed, troubles: troubles.filter(({ trouble }) => isOld(trouble.line.at)) };
}

function nodesOf(troubles: readonly TroubleOnNode[]): string[] {
  return [...new Set(troubles.map(({ node }) => node))];
}

function byNode(lost: readonly Lost[]): [node: string, troubles: TroubleOnNode[]][] {
  const troubles = lost.flatMap((one) => one.troubles);
  return nodesOf(troubles).map((node) => [node, troubles.filter((one) => one.node === node)]);
}

function count(nodes: readonly string[], verb: readonly [one: string, many: string]): string {
  return nodes.length === 1
    ? `Node ${nodes[0] ?? ''} ${verb[0]}`
    : `${nodes.length} nodes, ${listed(nodes.toSorted())}, ${verb[1]}`;
}

/** The condition of the subnet is not True: the daemons did what they are meant to do. The cause is above. */
function takenAway({ routed, troubles }: Lost, seen: Seen): Finding<typeof code> {
  const { subnet, gate } = routed;
  const { name } = subnet.metadata;
  const nodes = nodesOf(troubles);
  const at = lastTimeOf(troubles.map(({ trouble }) => trouble.line));
  const when = at === undefined ? '' : ` at ${sayTime(at, seen.now)}`;
  return {
    code,
    about: referenceTo(subnet),
    concerns: concernsOf(subnet),
    says: `${count(nodes, ['has', 'have'])} no route to subnet ${name} (${subnet.spec.cidrBlock}): kube-ovn-cni took it away${when}, while ${gate.because ?? 'Ready'} of the subnet is not True. Answers of these nodes to its pods are lost, the API server's and the kubelet's among them. ${sayLooked(seen)}`,
    confidence:
      gate.is === 'closed'
        ? [0.95, 'The daemons say so themselves, and the condition that decides about it is not True.']
        : [0.85, 'The daemons say so themselves; the version is not known, so which condition decides is not either.'],
    evidence: routeEvidence(troubles, `took the route to ${name} away and has not put it back`),
    remedies: [restoreRoutesByHand.with({ subnet: name })],
  };
}

/** The subnet may be routed, and still a daemon has not put back what it took away. */
function notPutBack(lost: readonly Lost[], seen: Seen): Finding<typeof code> {
  const { namespace, version } = seen;
  const troubles = lost.flatMap((one) => one.troubles);
  const nodes = nodesOf(troubles);
  const names = lost.map(({ routed }) => routed.subnet.metadata.name);
  const syncs = has(version, changes.routesSyncedPeriodically);
  const why =
    syncs === true
      ? `${sayVersion(version)} should put it back every 3 s, so something keeps it from that.`
      : syncs === false
        ? `${sayVersion(version)}, ${unlessBackported(changes.routesSyncedPeriodically)}, puts routes on only when the subnet changes, and does not look again.`
        : 'The version is not known; old ones put routes on only when the subnet changes.';
  const [only] = nodes;
  return {
    code,
    about:
      nodes.length === 1 && only !== undefined
        ? { apiVersion: 'v1', kind: 'Node', name: only }
        : { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name: daemon.daemonSet },
    ...feltOnlyOn(nodes, seen.picture.nodes),
    concerns: { Subnet: names },
    says: `${count(nodes, ['misses', 'miss'])} the route to subnet ${listed(names)}, although the subnet may be routed again: kube-ovn-cni took it away and has not put it back. ${why} ${sayLooked(seen)}`,
    confidence:
      syncs === false
        ? [0.9, 'The daemon took it away itself, and this version looks again only when the subnet changes.']
        : [
            0.7,
            'The daemon took it away itself, but this version, or one that is not known, may have put it back unseen.',
          ],
    evidence: routeEvidence(troubles, `took the route to ${listed(names)} away and has not put it back`),
    remedies: [
      restartDaemon.with({ nodes: nodes.slice(0, mostNodes), subnets: names, isSeen: true }),
      compareNodeRoutes.with({ nodes, subnets: names }),
    ],
  };
}

/** The kernel did not take the route: most often another one to the same network was there first (#2018). */
function notTaken(node: string, troubles: readonly TroubleOnNode[], seen: Seen): Finding<typeof code> {
  const blocks = [...new Set(troubles.map(({ trouble }) => trouble.block))];
  const because = troubles[0]?.trouble.because ?? '';
  const isForeign = /file exists/i.test(because);
  return {
    code,
    about: { apiVersion: 'v1', kind: 'Node', name: node },
    ...feltOnlyOn([node], seen.picture.nodes),
    says: `Node ${node} does not take the route to ${listed(blocks)}: the kernel answered kube-ovn-cni "${because}". ${isForeign ? 'Another route to the same network is there already, and its packets go another way.' : 'So the node does not reach these pods through ovn0.'} ${sayLooked(seen)}`,
    confidence: [
      0.9,
      'kube-ovn-cni says so itself, right after it announced the route, and has not tried again since.',
    ],
    evidence: routeEvidence(troubles, 'could not put the route on'),
    remedies: [removeForeignRoute.with({ node, blocks, because, daemon: troubles[0]?.log.pod.metadata.name ?? '' })],
  };
}

/** A restart of the host network takes routes away without a word in any log (#2962): only the pods feel it. */
function suspects({ picture, version }: Seen, told: ReadonlySet<string>): FeltOnNode[] {
  if (has(version, changes.routesSyncedPeriodically) === true) return [];
  if (picture.routed.some(({ gate }) => gate.is !== 'open')) return [];
  return feltOnNodes(picture.pods).filter(({ node: name }) => {
    const node = picture.nodes.find(({ metadata }) => metadata.name === name);
    const log = picture.logs.find((one) => one.node === name);
    const isCutOff = node?.status.conditions.some((one) => one.type === 'NetworkUnavailable' && one.status === 'True');
    if (node === undefined || log === undefined || isCutOff === true || told.has(name)) return false;
    return isNodeReady(node) && isReady(log.pod);
  });
}

function feltOnly(felt: FeltOnNode, seen: Seen): Finding<typeof code> {
  const { node, notReady, total, elsewhere } = felt;
  const { version, picture } = seen;
  const subnets = picture.routed.map(({ subnet }) => subnet.metadata.name);
  const which =
    version === undefined
      ? 'Old versions of kube-ovn do'
      : `${sayVersion(version)}, ${unlessBackported(changes.routesSyncedPeriodically)}, does`;
  return {
    code,
    severity: 'warning',
    about: { apiVersion: 'v1', kind: 'Node', name: node },
    ...feltOnlyOn([node], picture.nodes),
    says: `Node ${node} may have lost its routes to the pods: ${notReady.length} of its ${total} pods are not ready, but only ${elsewhere.notReady} of ${elsewhere.total} elsewhere, and the node and kube-ovn-cni are well. A restart of the host network takes the routes away, and ${which.charAt(0).toLowerCase()}${which.slice(1)} not put them back. Nothing in the cluster shows the routes themselves: look on the node.`,
    confidence: [0.5, 'It is what lost routes look like from outside; nobody has seen them missing.'],
    evidence: suspicionEvidence(felt),
    remedies: [
      compareNodeRoutes.with({ nodes: [node], subnets }),
      restartDaemon.with({ nodes: [node], subnets, isSeen: false }),
    ],
  };
}

function sayLooked({ picture }: Seen): string {
  const { logs, nodes } = picture;
  if (logs.length > nodes.length) {
    return `${logs.length === 1 ? 'One node was' : `${logs.length} nodes were`} looked at, by the pods of kube-ovn-cni; the nodes themselves are not listed.`;
  }
  const rest = nodes.length - logs.length;
  return rest === 0
    ? `${nodes.length === 1 ? 'The one node there is was' : `All ${nodes.length} nodes were`} looked at.`
    : `${logs.length} of ${nodes.length} nodes were looked at; the other ${rest === 1 ? 'one' : rest} may miss it as well.`;
}
