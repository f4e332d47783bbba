import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding, Severity } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { lastTimeOf, tellsOfLostJoinGateway } from '../../facts/kube-ovn/node-log-lines.ts';
import { daemon, installed, openVSwitch, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { feltOnlyOn, isNodeReady, isNodeSilent } from '../../facts/kubernetes/nodes.ts';
import { isReady, lastTermination } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import {
  allLines,
  type DaemonLog,
  daemonEvidence,
  daemonLogReads,
  readDaemonHistory,
} from '../../reads/kube-ovn/daemon-logs.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { checkTunnel } from '../../remedies/kube-ovn/check-tunnel.ts';
import { restartDaemon } from '../../remedies/kube-ovn/restart-daemon.ts';

const code = 'kube-ovn/join-gateway-unreachable';

const reason = 'JoinSubnetGatewayUnreachable';
const restlessMilliseconds = 3_600_000;

type Seen = {
  readonly node: Node;
  readonly says: Node['status']['conditions'][number] | undefined;
  readonly log: DaemonLog | undefined;
  readonly lines: readonly LogLine[];
  readonly switches: readonly Pod[];
  readonly others: readonly string[];
  readonly version: string | undefined;
  readonly now: Date;
};

/** The routes may be there while ovn0, the join subnet or a tunnel is broken (kube-ovn#1591, #2374 and #1039). */
export const joinGatewayUnreachable = defineCheck({
  id: code,
  asks: 'Does every node reach the gateway of the join subnet, and through it the pods?',
  appliesTo: whenInstalled,
  reads: [list(Node), ...daemonLogReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Node cut off from the pod network',
      leadsTo: ['workload/apiserver-unreachable', 'workload/network-not-ready'],
    },
  },
  remedies: [checkTunnel, restartDaemon],
  settings: z.strictObject({
    /** Daemons that are not ready or have just ended are asked why, on so many nodes at most. */
    sampledNodes: z.number().int().min(1).default(5),
    /** A failed ping that is older has been overtaken: the daemon ends on it and tries again. */
    recentSeconds: z.number().int().min(60).default(600),
  }),
  look: despiteUnreadLogs(async ({ cluster, platform, target, now, settings }) => {
    const { namespace, version } = installed(platform);
    const nodes = (await cluster.list(Node)).filter(
      ({ metadata }) => target.node === undefined || metadata.name === target.node,
    );
    const daemons = await cluster.list(Pod, { namespace, labels: daemon.labels });
    const switches = await cluster.list(Pod, { namespace, labels: openVSwitch.labels });
    // Nobody hears of the daemon of a node that is down: that node is the matter then, not its gateway.
    const down = nodes.filter(isNodeSilent).map(({ metadata }) => metadata.name);
    const restless = daemons
      .filter((pod) => isRestless(pod, now) && !down.includes(pod.spec.nodeName ?? ''))
      .map(({ spec }) => spec.nodeName ?? '');
    const cut = nodes.filter((node) => conditionOf(node) !== undefined).map(({ metadata }) => metadata.name);
    const sample = [...new Set([...cut, ...restless])].slice(0, settings.sampledNodes);
    const logs = sample.length === 0 ? [] : await readDaemonHistory(cluster, namespace, sample);
    const from = now.getTime() - settings.recentSeconds * 1000;
    const all = nodes.map((node) => {
      const log = logs.find((one) => one.node === node.metadata.name);
      const lines = (log === undefined ? [] : allLines(log)).filter(
        ({ at, text }) => at !== undefined && at.getTime() >= from && tellsOfLostJoinGateway(text),
      );
      return { node, says: conditionOf(node), log, lines };
    });
    const found = all.filter((one) => one.says !== undefined || isStillDown(one));
    const silent = daemons.find(
      (pod) =>
        sample.includes(pod.spec.nodeName ?? '') &&
        !isReady(pod) &&
        !logs.some(({ node }) => node === pod.spec.nodeName),
    );
    if (found.length === 0 && silent !== undefined && has(version, changes.joinGatewayReported) !== true) {
      const because = 'it is not ready and has no log, and this version writes nothing to the node';
      throw new CannotRead(`read why ${namespace}/${silent.metadata.name} is not ready`, 'missing', because);
    }
    const names = found.map(({ node }) => node.metadata.name);
    const measured = [
      { what: 'Nodes that reach the join gateway', is: `${nodes.length - found.length} of ${nodes.length}` },
      { what: 'Nodes that are down, and were not asked', is: down.length === 0 ? 'none' : listed(down) },
      { what: 'Daemons that are not ready or ended within the hour', is: String(restless.length) },
    ];
    const findings = found.map((one) => {
      const others = names.filter((name) => name !== one.node.metadata.name);
      return describe({ ...one, switches, others, version, now });
    });
    return { findings, measured };
  }),
});

/** Only kube-ovn's own word counts: cloud controllers and other network plugins write this condition as well. */
function conditionOf(node: Node) {
  return node.status.conditions.find(
    (one) => one.type === 'NetworkUnavailable' && one.status === 'True' && one.reason === reason,
  );
}

function isRestless(pod: Pod, now: Date): boolean {
  const ended = lastTermination(pod);
  return !isReady(pod) || (ended !== undefined && now.getTime() - ended.at.getTime() < restlessMilliseconds);
}

/** A daemon that is ready has pinged the gateway since: it does so before it becomes ready. */
function isStillDown({ log, lines }: Pick<Seen, 'log' | 'lines'>): boolean {
  return log !== undefined && lines.length > 0 && !isReady(log.pod);
}

function describe(seen: Seen): Finding<typeof code> {
  const { node, says, log, others, version, now } = seen;
  const { name } = node.metadata;
  const since = says?.lastTransitionTime ?? lastTimeOf(seen.lines);
  const age = since === undefined || since === null ? '' : ` for ${sayDuration(now.getTime() - since.getTime())}`;
  const isUp = isNodeReady(node);
  const severity: Severity = isUp ? 'critical' : 'info';
  const ovs = seen.switches.find(({ spec }) => spec.nodeName === name);
  const cause =
    ovs === undefined || !isReady(ovs)
      ? ` Open vSwitch is not ${ovs === undefined ? 'there' : 'ready'} on it, which is enough to explain that.`
      : others.length > 0
        ? ` ${others.length} more ${others.length === 1 ? 'node says' : 'nodes say'} so: look for what they share.`
        : '';
  const reported = has(version, changes.joinGatewayReported);
  const why =
    says !== undefined || reported !== false
      ? ''
      : ` ${sayVersion(version)}, ${unlessBackported(changes.joinGatewayReported)}, does not write that to the node.`;
  const offer = checkTunnel.with({ node: name, openVSwitch: ovs?.metadata.name ?? null, others: [...others] });
  return {
    code,
    severity,
    about: referenceTo(node),
    ...feltOnlyOn([name], [node]),
    says: isUp
      ? `Node ${name} has not reached the gateway of the join subnet${age}: its kubelet cannot probe its pods, and pods elsewhere cannot reach what listens on the node.${cause}${why}`
      : `Node ${name} is not ready, and last said that it does not reach the gateway of the join subnet. Get the node back first; what it said is old.`,
    confidence: confidenceOf(seen, isUp),
    evidence: evidenceOf(seen, ovs),
    remedies:
      isUp && log !== undefined ? [offer, restartDaemon.with({ nodes: [name], subnets: [], isSeen: true })] : [offer],
  };
}

function confidenceOf({ says, lines }: Seen, isUp: boolean): Confidence {
  if (!isUp) return [0.5, 'A node that is not ready writes nothing, so nobody knows how it is now.'];
  if (says !== undefined && lines.length > 0)
    return [0.95, 'The condition of the node and the log of its daemon agree.'];
  if (says !== undefined) return [0.85, 'kube-ovn-cni itself wrote it to the node.'];
  return [0.85, 'The daemon says so, and has not become ready since.'];
}

function evidenceOf({ node, says, log, lines, others, now }: Seen, ovs: Pod | undefined): [Evidence, ...Evidence[]] {
  const { name } = node.metadata;
  const at = says?.lastTransitionTime;
  const condition: Evidence = {
    from: `Node ${name}, status.conditions[NetworkUnavailable]`,
    says:
      says === undefined
        ? 'It does not say that the gateway is unreachable.'
        : `It is True${at ? ` since ${sayTime(at, now)}` : ''}, reason ${says.reason}: ${says.message}.`,
  };
  const logged =
    log === undefined || lines.length === 0
      ? []
      : [
          daemonEvidence(
            log,
            lines,
            `kube-ovn-cni on ${name} tells of the gateway ${lines.length} ${lines.length === 1 ? 'time' : 'times'}.`,
          ),
        ];
  const switched: Evidence = {
    from:
      ovs === undefined
        ? `Pods with label ${openVSwitch.labels}`
        : `Pod ${ovs.metadata.namespace ?? ''}/${ovs.metadata.name}`,
    says:
      ovs === undefined
        ? `There is none on ${name}.`
        : `Open vSwitch on ${name} is ${isReady(ovs) ? 'ready' : 'not ready'}.`,
  };
  const shared =
    others.length === 0
      ? []
      : [{ from: 'Other nodes', says: `${listed(others)} ${others.length === 1 ? 'says' : 'say'} the same.` }];
  return says === undefined && logged[0] !== undefined
    ? [logged[0], condition, switched, ...shared]
    : [condition, ...logged, switched, ...shared];
}
