import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { Target } from '../../../src/core/target.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { onPodNetwork } from '../../facts/kubernetes/new-pods.ts';
import { networkComplaintOf } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { sandboxErrorMeans, sandboxErrorOf } from '../../facts/network/sandbox-errors.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import {
  podName,
  readWaitingSandboxes,
  sandboxEvidence,
  sandboxReads,
  type WaitingSandbox,
} from '../../reads/kubernetes/sandboxes.ts';
import { readUnansweredPods, type UnansweredPod } from '../../reads/kubernetes/unanswered-probes.ts';
import { lookAtNodeNetwork } from '../../remedies/workload/look-at-node-network.ts';

const code = 'workload/network-not-ready';

type OnNode = {
  readonly node: string;
  readonly sandboxes: readonly WaitingSandbox[];
  readonly unanswered: readonly UnansweredPod[];
  /** The kubelet says that its whole node waits for a network. */
  readonly complaint: Complaint | undefined;
};

type Complaint = NonNullable<ReturnType<typeof networkComplaintOf>>;

/** The symptom, on any CNI: the kubelet has no network for a pod or at all, or gets no answer from a pod that has it. */
export const networkNotReady = defineCheck({
  id: code,
  asks: 'Does every new pod get a network on which its node reaches it?',
  appliesTo: () => true,
  reads: [...sandboxReads, list(Node)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'New pods get no network',
      leadsTo: ['control-plane/aggregated-backend-not-ready', 'ingress/no-ready-endpoints', 'kong/database-down'],
    },
  },
  remedies: [lookAtNodeNetwork],
  settings: z.strictObject({
    /** So many nodes get a finding each, the worst first; the rest is counted. */
    mostNodes: z.number().int().min(1).default(10),
    /** A node that joins waits so long for its CNI, and one that restarts does. */
    joinSeconds: z.number().int().min(0).default(180),
  }),
  async look(sight) {
    const { cluster, now, target, settings } = sight;
    const pods = (await cluster.list(Pod)).filter((pod) => isAsked(pod, target));
    const nodes = await cluster.list(Node);
    const sandboxes = (await readWaitingSandboxes(sight)).filter(({ pod }) => isAsked(pod, target));
    const unanswered = (await readUnansweredPods(sight)).filter(({ pod }) => isAsked(pod, target));
    const waitingNodes = nodes.filter((node) => isWaiting(node, sight, settings.joinSeconds));
    const affected = groupByNode(sandboxes, unanswered, waitingNodes);
    const shown = affected.slice(0, settings.mostNodes);
    const more = affected.length - shown.length;
    return {
      findings: shown.map((one, index) =>
        describe(one, pods, { isAlone: affected.length === 1, more: index === 0 ? more : 0, now }),
      ),
      measured: [
        { what: 'Pods on the pod network that are ready', is: sayReady(pods) },
        { what: 'Pods that wait for a network', is: String(sandboxes.length) },
        { what: 'New pods that do not answer the kubelet', is: String(unanswered.length) },
        { what: 'Nodes that wait for a network themselves', is: String(waitingNodes.length) },
        { what: 'Nodes concerned', is: `${affected.length} of ${nodes.length}` },
      ],
    };
  },
});

function isAsked({ metadata, spec }: Pod, { namespace, node, pod }: Target): boolean {
  return (
    (namespace === undefined || metadata.namespace === namespace) &&
    (node === undefined || spec.nodeName === node) &&
    (pod === undefined || metadata.name === pod)
  );
}

function sayReady(pods: readonly Pod[]): string {
  const all = onPodNetwork(pods);
  return `${all.filter(isReady).length} of ${all.length}`;
}

/** A run that is pointed at pods asks about these alone. */
function isWaiting(node: Node, { now, target }: Pick<Sight, 'now' | 'target'>, joinSeconds: number): boolean {
  if (target.namespace !== undefined || target.pod !== undefined) return false;
  if (target.node !== undefined && target.node !== node.metadata.name) return false;
  const complaint = networkComplaintOf(node);
  if (complaint === undefined) return false;
  const since = complaint.lastTransitionTime ?? node.metadata.creationTimestamp;
  return since === undefined || now.getTime() - since.getTime() >= joinSeconds * 1000;
}

function groupByNode(
  sandboxes: readonly WaitingSandbox[],
  unanswered: readonly UnansweredPod[],
  waiting: readonly Node[],
): OnNode[] {
  const names = new Set([
    ...waiting.map(({ metadata }) => metadata.name),
    ...[...sandboxes, ...unanswered].flatMap(({ pod }) => pod.spec.nodeName ?? []),
  ]);
  const complaints = new Map(waiting.map((node) => [node.metadata.name, networkComplaintOf(node)]));
  return [...names]
    .map((node) => ({
      node,
      sandboxes: sandboxes.filter(({ pod }) => pod.spec.nodeName === node),
      unanswered: unanswered.filter(({ pod }) => pod.spec.nodeName === node),
      complaint: complaints.get(node),
    }))
    .sort((left, right) => weightOf(right) - weightOf(left) || left.node.localeCompare(right.node));
}

function countOf({ sandboxes, unanswered }: OnNode): number {
  return sandboxes.length + unanswered.length;
}

/** A node that waits as a whole comes before any number of pods. */
function weightOf(one: OnNode): number {
  return countOf(one) + (one.complaint === undefined ? 0 : 1_000_000);
}

type Around = { readonly isAlone: boolean; readonly more: number; readonly now: Date };

function describe(one: OnNode, pods: readonly Pod[], { isAlone, more, now }: Around): Finding<typeof code> {
  const { node, sandboxes, unanswered, complaint } = one;
  const [evidence, ...rest] = [
    ...complaintEvidence(one, now),
    ...sandboxEvidence(sandboxes, now),
    ...probeEvidence(unanswered, now),
  ];
  if (evidence === undefined) throw new TypeError('a pod without an event');
  const said = complaint === undefined ? undefined : sandboxErrorOf(complaint.message)?.kind;
  const kinds = [...new Set([...(said === undefined ? [] : [said]), ...sandboxes.map(({ error }) => error.kind)])];
  const others = onPodNetwork(pods).filter(({ spec }) => spec.nodeName === node);
  const ready = others.filter(isReady).length;
  const elsewhere = more === 0 ? '' : ` ${more} more ${more === 1 ? 'node shows' : 'nodes show'} the same.`;
  return {
    code,
    // One pod on one node may still be the pod's own trouble.
    severity: isAlone && countOf(one) === 1 && complaint === undefined ? 'warning' : 'critical',
    about: { apiVersion: 'v1', kind: 'Node', name: node },
    nodes: [node],
    // A whole node that waits is every pod's trouble.
    ...(complaint === undefined
      ? { concerns: concernsOfPods([...sandboxes, ...unanswered].map(({ pod }) => pod)) }
      : {}),
    says: `${[sayComplaint(one, now), saySandboxes(sandboxes), sayUnanswered(unanswered)].filter((part) => part !== '').join(' ')}${others.length === 0 ? '' : ` ${ready} of ${others.length} pods on ${node} are ready.`}${kinds.map((kind) => ` ${sandboxErrorMeans[kind]}`).join('')}${elsewhere}`,
    confidence:
      sandboxes.length > 0 || complaint !== undefined
        ? [
            0.95,
            `The kubelet reports it, and ${sandboxes.length > 0 ? 'these pods still wait' : 'the node still waits'}.`,
          ]
        : [0.75, 'The kubelet gets no answer from pods that never were ready; a slow start could look alike.'],
    evidence: [evidence, ...rest],
    remedies: [lookAtNodeNetwork.with({ node, kinds, hasUnanswered: unanswered.length > 0 })],
  };
}

function sayComplaint({ node, complaint }: OnNode, now: Date): string {
  if (complaint === undefined) return '';
  const since = complaint.lastTransitionTime;
  return `The kubelet on node ${node} has waited for a network${since == null ? '' : ` since ${sayTime(since, now)}`}: the node is not ready, and no new pod starts there.`;
}

function complaintEvidence({ node, complaint }: OnNode, now: Date): Evidence[] {
  if (complaint === undefined) return [];
  const since = complaint.lastTransitionTime;
  return [
    {
      from: `Node ${node}, status.conditions[Ready]`,
      says: `${complaint.reason === '' ? 'Not ready' : complaint.reason}${since == null ? '' : ` since ${sayTime(since, now)}`}: ${complaint.message}`,
    },
  ];
}

function saySandboxes(sandboxes: readonly WaitingSandbox[]): string {
  const [first] = sandboxes;
  if (first === undefined) return '';
  const names = listed(
    sandboxes.map(({ pod }) => podName(pod)),
    4,
  );
  const node = first.pod.spec.nodeName ?? 'unknown';
  return `The kubelet on node ${node} cannot give a network to ${sandboxes.length} ${sandboxes.length === 1 ? 'pod' : 'pods'} (${names}).`;
}

function sayUnanswered(unanswered: readonly UnansweredPod[]): string {
  const [first] = unanswered;
  if (first === undefined) return '';
  const names = listed(
    unanswered.map(({ pod }) => podName(pod)),
    4,
  );
  const node = first.pod.spec.nodeName ?? 'unknown';
  return `${unanswered.length} new ${unanswered.length === 1 ? 'pod' : 'pods'} on node ${node} (${names}) ${unanswered.length === 1 ? 'has' : 'have'} an address, but the kubelet of that very node gets no answer from ${unanswered.length === 1 ? 'it' : 'them'}: the route or a policy is missing.`;
}

function probeEvidence(unanswered: readonly UnansweredPod[], now: Date): Evidence[] {
  return unanswered.slice(0, 3).map(({ pod, probe }) => ({
    from: `Event Unhealthy of Pod ${podName(pod)}`,
    says: `Created at ${pod.metadata.creationTimestamp === undefined ? 'an unknown time' : sayTime(pod.metadata.creationTimestamp, now)} with address ${pod.status.podIP}: ${probe.message}`,
  }));
}
