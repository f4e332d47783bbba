import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { Target } from '../../../src/core/target.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { onPodNetwork } from '../../facts/kubernetes/new-pods.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { sandboxErrorMeans } from '../../facts/network/sandbox-errors.ts';
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
};

/** The symptom, on any CNI: the kubelet cannot give a pod a network, or gets no answer from one that has it. */
export const networkNotReady = defineCheck({
  id: code,
  asks: 'Does every new pod get a network on which its node reaches it?',
  appliesTo: () => true,
  reads: [...sandboxReads, list(Node)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'New pods get no network',
      leadsTo: ['control-plane/aggregated-backend-not-ready', 'ingress/no-ready-endpoints'],
    },
  },
  remedies: [lookAtNodeNetwork],
  settings: z.strictObject({
    /** So many nodes get a finding each, the worst first; the rest is counted. */
    mostNodes: z.number().int().min(1).default(10),
  }),
  async look(sight) {
    const { cluster, now, target, settings } = sight;
    const pods = (await cluster.list(Pod)).filter((pod) => isAsked(pod, target));
    const nodes = await cluster.list(Node);
    const sandboxes = (await readWaitingSandboxes(sight)).filter(({ pod }) => isAsked(pod, target));
    const unanswered = (await readUnansweredPods(sight)).filter(({ pod }) => isAsked(pod, target));
    const affected = groupByNode(sandboxes, unanswered);
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
        { what: 'Nodes with such pods', is: `${affected.length} of ${nodes.length}` },
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

function groupByNode(sandboxes: readonly WaitingSandbox[], unanswered: readonly UnansweredPod[]): OnNode[] {
  const names = new Set([...sandboxes, ...unanswered].flatMap(({ pod }) => pod.spec.nodeName ?? []));
  return [...names]
    .map((node) => ({
      node,
      sandboxes: sandboxes.filter(({ pod }) => pod.spec.nodeName === node),
      unanswered: unanswered.filter(({ pod }) => pod.spec.nodeName === node),
    }))
    .sort((left, right) => countOf(right) - countOf(left) || left.node.localeCompare(right.node));
}

function countOf({ sandboxes, unanswered }: OnNode): number {
  return sandboxes.length + unanswered.length;
}

type Around = { readonly isAlone: boolean; readonly more: number; readonly now: Date };

function describe(one: OnNode, pods: readonly Pod[], { isAlone, more, now }: Around): Finding<typeof code> {
  const { node, sandboxes, unanswered } = one;
  const [evidence, ...rest] = [...sandboxEvidence(sandboxes, now), ...probeEvidence(unanswered, now)];
  if (evidence === undefined) throw new TypeError('a pod without an event');
  const kinds = [...new Set(sandboxes.map(({ error }) => error.kind))];
  const others = onPodNetwork(pods).filter(({ spec }) => spec.nodeName === node);
  const ready = others.filter(isReady).length;
  const elsewhere = more === 0 ? '' : ` ${more} more ${more === 1 ? 'node shows' : 'nodes show'} the same.`;
  return {
    code,
    // One pod on one node may still be the pod's own trouble.
    severity: isAlone && countOf(one) === 1 ? 'warning' : 'critical',
    about: { apiVersion: 'v1', kind: 'Node', name: node },
    says: `${[saySandboxes(sandboxes), sayUnanswered(unanswered)].filter((part) => part !== '').join(' ')} ${ready} of ${others.length} pods on ${node} are ready.${kinds.map((kind) => ` ${sandboxErrorMeans[kind]}`).join('')}${elsewhere}`,
    confidence:
      sandboxes.length > 0
        ? [0.95, 'The kubelet reports it, and these pods still wait.']
        : [0.75, 'The kubelet gets no answer from pods that never were ready; a slow start could look alike.'],
    evidence: [evidence, ...rest],
    remedies: [lookAtNodeNetwork.with({ node, kinds, hasUnanswered: unanswered.length > 0 })],
  };
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
