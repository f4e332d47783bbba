import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { get, podProxy, proxyPath } from '../../../src/core/read.ts';
import { isCuredByRestart } from '../../facts/calico/log-lines.ts';
import { whenInstalled } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { onPodNetwork, startingMilliseconds } from '../../facts/kubernetes/new-pods.ts';
import { FelixConfiguration } from '../../kinds/calico.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type ListLoops, LoopSettings, listLoopReads, nodeOf, readListLoops } from '../../reads/calico/list-loops.ts';
import { podName } from '../../reads/kubernetes/sandboxes.ts';
import {
  readUnansweredPods,
  type UnansweredPod,
  unansweredProbeReads,
} from '../../reads/kubernetes/unanswered-probes.ts';
import { compareFelix } from '../../remedies/calico/compare-felix.ts';

const code = 'calico/felix-behind';
const metric = 'felix_active_local_endpoints';
const defaultPort = 9091;
const mostNodes = 10;

/** New pods are broken and no list loops, yet Felix knows fewer pods than there are. */
export const felixBehind = defineCheck({
  id: code,
  asks: 'Does Felix know every pod of its node, where new pods get no answer and no refused list explains it?',
  appliesTo: whenInstalled,
  reads: [
    ...listLoopReads,
    ...unansweredProbeReads,
    get(FelixConfiguration, { in: 'everywhere', names: ['default'] }),
    podProxy({ in: { product: 'calico' }, path: '/metrics' }),
  ],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Felix knows fewer pods than its node has',
      leadsTo: ['workload/network-not-ready', 'workload/apiserver-unreachable'],
    },
  },
  remedies: [compareFelix],
  settings: LoopSettings.extend({
    /** Felix is behind when it knows at most this share of the pods of its node. */
    knownShare: z.number().min(0).max(1).default(0.8),
  }),
  async look(sight) {
    const loops = await readListLoops(sight, sight.settings);
    const looping = [...loops.listeners, ...loops.typhaListeners].filter((one) => one.loops.some(isCuredByRestart));
    const unanswered = await readUnansweredPods(sight);
    const measured = [
      { what: 'New pods that do not answer the kubelet', is: String(unanswered.length) },
      { what: 'Agents that repeat a refused list', is: String(looping.length) },
    ];
    if (unanswered.length === 0 || looping.length > 0) return { findings: [], measured };
    const port = await metricsPort(sight);
    const nodes = [...new Set(unanswered.flatMap(({ pod }) => pod.spec.nodeName ?? []))].sort().slice(0, mostNodes);
    const counts = await Promise.all(nodes.map(async (node) => countOn(node, port, loops, sight)));
    const behind = counts.filter(({ known, pods }) => known < pods && known <= pods * sight.settings.knownShare);
    return {
      findings: behind.map((count) => ({
        code,
        about: { apiVersion: 'v1', kind: 'Node', name: count.node },
        nodes: [count.node],
        says: `Felix on node ${count.node} knows ${count.known} of ${count.pods} pods, and new ones there do not answer the kubelet. No list is refused, so it is behind for another reason; ${loops.typhas.length > 0 ? 'its Typha is the first suspect.' : 'it asks the API server itself.'}`,
        confidence: [0.6, 'The numbers do not match, but what keeps Felix behind is not known.'],
        evidence: [
          {
            from: `Metrics of Pod ${count.agent}, ${metric}`,
            says: `It counts ${count.known}; the API server has ${count.pods} running pods with an address on the node.`,
          },
          ...probeEvidence(unanswered.filter(({ pod }) => pod.spec.nodeName === count.node)),
        ],
        remedies: [compareFelix.with({ node: count.node, hasTypha: loops.typhas.length > 0 })],
      })),
      measured: [
        ...measured,
        ...counts.map(({ node, known, pods }) => ({
          what: `Pods that Felix knows on ${node}`,
          is: `${known} of ${pods}`,
        })),
      ],
    };
  },
});

async function metricsPort({ cluster }: Pick<Sight, 'cluster'>): Promise<number> {
  const { prometheusMetricsEnabled, prometheusMetricsPort } =
    (await cluster.find(FelixConfiguration, { name: 'default' }))?.spec ?? {};
  if (prometheusMetricsEnabled === true) return prometheusMetricsPort ?? defaultPort;
  throw new CannotRead(
    'compare what Felix knows with the pods of its node',
    'missing',
    'new pods do not answer, but the metrics of Felix are off (FelixConfiguration default, prometheusMetricsEnabled)',
  );
}

type Count = { readonly node: string; readonly agent: string; readonly known: number; readonly pods: number };

async function countOn(
  node: string,
  port: number,
  loops: ListLoops,
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
): Promise<Count> {
  const agent = loops.agents.find((pod) => nodeOf({ pod }) === node);
  const what = `read the metrics of Felix on ${node}`;
  if (agent === undefined) throw new CannotRead(what, 'missing', 'the node has no Calico pod');
  const { name, namespace = '' } = agent.metadata;
  const { status, body } = await cluster.get(
    proxyPath({ to: 'pods', namespace, name: `${name}:${port}`, path: '/metrics' }),
  );
  const written = new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(body)?.[1];
  const known = Number(written);
  if (status !== 200 || written === undefined || !Number.isFinite(known)) {
    throw new CannotRead(what, 'unexpected-shape', `it answers ${status} without ${metric}`);
  }
  return { node, agent: podName(agent), known, pods: loops.pods.filter((pod) => shouldBeKnown(pod, node, now)).length };
}

/** Felix needs a moment to hear of a pod, and forgets one that is being deleted. */
function shouldBeKnown(pod: Pod, node: string, now: Date): boolean {
  const { nodeName } = pod.spec;
  const { podIP } = pod.status;
  const created = pod.metadata.creationTimestamp?.getTime() ?? 0;
  return (
    onPodNetwork([pod]).length > 0 &&
    nodeName === node &&
    podIP !== '' &&
    now.getTime() - created >= startingMilliseconds
  );
}

function probeEvidence(unanswered: readonly UnansweredPod[]) {
  const names = unanswered.map(({ pod }) => podName(pod));
  return [
    {
      from: 'Events Unhealthy of new pods on the node',
      says: `${listed(names, 5)} ${names.length === 1 ? 'does' : 'do'} not answer the kubelet.`,
      lines: unanswered.slice(0, 3).map(({ probe }) => probe.message),
    },
  ];
}
