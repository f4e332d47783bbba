import { z } from 'zod';
import { defineCheck, type Look, type Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { type StartFailure, startFailureOf } from '../../facts/flannel/log-lines.ts';
import { flannelContainer, whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isNodeReady, networkComplaintOf } from '../../facts/kubernetes/nodes.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Event } from '../../kinds/events.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';
import {
  type FlannelPlace,
  flannelObject,
  flannelPlaceReads,
  flannelStatus,
  isBetweenCrashes,
  isFlannelUp,
  podsByNode,
  readFlannelPlace,
} from '../../reads/flannel/network.ts';
import { readStartLogs, type StartLog, startLogEvidence, startLogReads } from '../../reads/flannel/start-logs.ts';
import { podWarningReads, readPodWarnings } from '../../reads/kubernetes/pod-warnings.ts';
import { startFlannel } from '../../remedies/canal/start-flannel.ts';

const code = 'canal/flannel-not-running';

type Down = { readonly node: Node; readonly pod: Pod | undefined };

/** New pods of a node need `subnet.env`, which flannel writes when it runs. */
export const flannelNotRunning = defineCheck({
  id: code,
  asks: 'Does flannel run on every node?',
  appliesTo: whenInstalled,
  reads: [...flannelPlaceReads, list(DaemonSet), ...startLogReads, ...podWarningReads],
  findings: {
    [code]: { severity: 'critical', title: 'Flannel does not run on a node', leadsTo: ['workload/network-not-ready'] },
  },
  remedies: [startFlannel],
  settings: z.strictObject({
    /** A restart, with the pull of an image that is not there yet, takes less. */
    startSeconds: z.number().int().min(0).default(180),
  }),
  async look(sight) {
    const { now, settings } = sight;
    const network = await readFlannelPlace(sight);
    if (network.isBuiltIn) return insideK3s(network);
    // Where the kubelet does not answer, nothing is known of its pods, and the node is the matter.
    const pods = podsByNode(network.pods);
    const alive = network.nodes.filter(isNodeReadyOrWaitsForNetwork);
    const isCounted = (await countReady(sight, network)) >= alive.length;
    const down = alive
      .map((node) => ({ node, pod: pods.get(node.metadata.name) }))
      .filter(({ pod }) => pod !== undefined || !isCounted)
      .filter(({ node, pod }) => now.getTime() - downSince(node, pod, now) >= settings.startSeconds * 1000);
    const measured = [
      { what: 'Nodes with flannel running', is: `${alive.length - down.length} of ${network.nodes.length}` },
      ...(alive.length < network.nodes.length
        ? [{ what: 'Nodes that are not ready themselves', is: String(network.nodes.length - alive.length) }]
        : []),
    ];
    const [first, ...others] = down;
    if (first === undefined) return { findings: [], measured };
    return { findings: [await describe(sight, network, [first, ...others])], measured };
  },
});

/** When flannel fails there, the process of K3s ends with it, and the kubelet inside: a ready node has both. */
function insideK3s({ nodes }: FlannelPlace): Look<typeof code> {
  const silent = nodes.filter((node) => !isNodeReady(node));
  if (silent.length > 0) {
    throw new CannotRead(
      `see whether flannel runs on ${listed(silent.map(({ metadata }) => metadata.name))}`,
      'missing',
      'the node is not ready, and K3s runs flannel in its own process, whose log is on the node: journalctl -u k3s, or -u k3s-agent',
    );
  }
  const measured = [{ what: 'Nodes with K3s running, and flannel in it', is: `${nodes.length} of ${nodes.length}` }];
  return { findings: [], measured };
}

/**
 * Ready pods of flannel by the count of their DaemonSets. Where it is as high as that of the nodes, a pod that is not in
 * the list is missing from the list only, as when it is just being replaced.
 */
async function countReady({ cluster }: Pick<Sight, 'cluster'>, { installed }: FlannelPlace): Promise<number> {
  return (await cluster.list(DaemonSet))
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === installed.namespace &&
        spec.template.spec.containers.some(({ name }) => name === flannelContainer),
    )
    .reduce((sum, { status }) => sum + status.numberReady, 0);
}

/** A kubelet whose only complaint is the missing network is alive: that is what this fault looks like on a new node. */
function isNodeReadyOrWaitsForNetwork(node: Node): boolean {
  return isNodeReady(node) || networkComplaintOf(node) !== undefined;
}

/** Milliseconds since the epoch; infinity while flannel runs. */
function downSince(node: Node, pod: Pod | undefined, now: Date): number {
  if (pod === undefined) return node.metadata.creationTimestamp?.getTime() ?? 0;
  if (isFlannelUp(pod, now)) return Infinity;
  if (isBetweenCrashes(pod, now)) return pod.metadata.creationTimestamp?.getTime() ?? 0;
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  return (ready?.lastTransitionTime ?? pod.metadata.creationTimestamp)?.getTime() ?? 0;
}

const reasons: readonly (readonly [
  StartFailure['means'],
  'cidr' | 'no-cidr' | 'configuration' | 'br_netfilter' | 'api-server',
])[] = [
  ['its Network does not contain the pod CIDR of the node', 'cidr'],
  ['the node has no pod CIDR', 'no-cidr'],
  ['it cannot read its network configuration', 'configuration'],
  ['its network configuration is no valid JSON, or lacks a field', 'configuration'],
  ['the kernel module br_netfilter is not loaded on the node', 'br_netfilter'],
  ['it cannot reach the API server', 'api-server'],
];

function failureIn(logs: readonly StartLog[]): StartFailure | undefined {
  for (const { log } of logs) {
    for (const { text } of log.lines.toReversed()) {
      const failure = startFailureOf(text);
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

async function describe(
  sight: Sight,
  network: FlannelPlace,
  down: readonly [Down, ...Down[]],
): Promise<Finding<typeof code>> {
  const pods = down.flatMap(({ pod }) => pod ?? []);
  const [logs, warnings] = await Promise.all([readStartLogs(sight, pods), readPodWarnings(sight.cluster)]);
  const failure = failureIn(logs);
  const reason =
    reasons.find(([means]) => means === failure?.means)?.[1] ?? (pods.length === 0 ? 'unscheduled' : 'unknown');
  const because =
    failure !== undefined
      ? `flannel says that ${failure.means}`
      : pods.length === 0
        ? `there is no flannel pod on ${down.length === 1 ? 'it' : 'them'}`
        : pods.every(lacksImage)
          ? 'its image cannot be pulled'
          : 'its log does not say why';
  const names = listed(down.map(({ node }) => node.metadata.name));
  return {
    code,
    about: aboutOf(network, down),
    nodes: down.map(({ node }) => node.metadata.name),
    says: `flannel does not run on ${down.length} of ${network.nodes.length} nodes (${names}): ${because}. Pods that run there go on, but new ones get no network, and routes to new nodes are missing.`,
    confidence:
      failure === undefined
        ? [0.85, 'The container is not ready, or there is none; why is not known.']
        : [0.95, 'The container is not ready, and its log says why.'],
    evidence: [
      {
        from: 'Flannel pods, status.containerStatuses',
        says: `${listed(down.map((one) => sayDown(one, sight.now)))}.`,
      },
      ...logs.slice(0, 3).flatMap((log) =>
        startLogEvidence(
          log,
          (text) => startFailureOf(text) !== undefined,
          ({ text }) => `On node ${log.pod.spec.nodeName ?? 'unknown'} ${startFailureOf(text)?.means ?? 'it stopped'}.`,
        ),
      ),
      ...sandboxEvidence([...warnings.values()].flat()),
    ],
    remedies: [
      startFlannel.with({
        namespace: network.installed.namespace,
        pods: pods.map(({ metadata }) => metadata.name),
        reason,
      }),
    ],
  };
}

function lacksImage(pod: Pod): boolean {
  return /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName)$/.test(flannelStatus(pod)?.state.waiting?.reason ?? '');
}

function sayDown({ node, pod }: Down, now: Date): string {
  if (pod === undefined) return `${node.metadata.name} has no flannel pod`;
  const status = flannelStatus(pod);
  const state = isBetweenCrashes(pod, now) ? 'between two crashes' : status?.state.waiting?.reason || 'not ready';
  return `${pod.metadata.name} on ${node.metadata.name} is ${state} after ${status?.restartCount ?? 0} ${status?.restartCount === 1 ? 'restart' : 'restarts'}`;
}

/** The DaemonSet survives the fix; its pods do not. */
function aboutOf(network: FlannelPlace, [first]: readonly [Down, ...Down[]]): ObjectReference {
  const { pod, node } = first;
  return pod === undefined ? (flannelObject(network) ?? referenceTo(node)) : workloadOf(pod);
}

function sandboxEvidence(events: readonly Event[]): Evidence[] {
  const missing = events.filter(
    ({ reason, message }) => reason === 'FailedCreatePodSandBox' && message.includes('/run/flannel/subnet.env'),
  );
  if (missing.length === 0) return [];
  const names = [
    ...new Set(missing.map(({ involvedObject }) => `${involvedObject.namespace ?? ''}/${involvedObject.name}`)),
  ];
  return [
    {
      from: 'Events FailedCreatePodSandBox',
      says: `${listed(names, 4)} cannot start: /run/flannel/subnet.env, which flannel writes when it runs, is not there.`,
    },
  ];
}
