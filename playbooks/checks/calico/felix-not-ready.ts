import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list, logs } from '../../../src/core/read.ts';
import type { ClusterReader, LogLine } from '../../../src/core/reader.ts';
import { refusalOf } from '../../facts/calico/log-lines.ts';
import { nodeAgent, whenInstalled } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isNodeSilent } from '../../facts/kubernetes/nodes.ts';
import { Node, type Pod } from '../../kinds/kubernetes.ts';
import { type NodeAgents, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { type UnreadyAgent, unreadyAgentReads, unreadyAgents } from '../../reads/calico/unready-agents.ts';
import { readPodWarnings } from '../../reads/kubernetes/pod-warnings.ts';
import { seeToFelix } from '../../remedies/calico/see-to-felix.ts';

const code = 'calico/felix-not-ready';
const mostLogs = 10;

/** Why Felix is not ready, as far as its log tells; `no-word` where not even a probe says that it is Felix. */
type Cause = 'unreachable' | 'forbidden' | 'missing-kind' | 'unknown' | 'no-word';

type Failing = { readonly agent: UnreadyAgent; readonly cause: Cause; readonly evidence: Evidence };

/** Felix may not read a kind (calico#2960, #6442), or does not reach the API server (calico#7414, #10538). */
export const felixNotReady = defineCheck({
  id: code,
  asks: 'Is Felix ready on every node?',
  appliesTo: whenInstalled,
  reads: [...unreadyAgentReads, list(Node), logs({ product: 'calico' })],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Felix is not ready',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [seeToFelix],
  settings: z.strictObject({
    /** A Felix that starts reads the whole datastore first. */
    graceSeconds: z.number().int().min(0).default(120),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const found = await readNodeAgents(sight);
    const unready = unreadyAgents(found.agents, await readPodWarnings(cluster), settings.graceSeconds, now);
    // There the control plane marks every pod as not ready; nobody asked Felix.
    const gone = new Set((await cluster.list(Node)).filter(isNodeSilent).map(({ metadata }) => metadata.name));
    const asked = unready.filter(({ pod }) => !gone.has(pod.spec.nodeName ?? ''));
    const silent = asked.filter(isFelix);
    const failing = await Promise.all(silent.slice(0, mostLogs).map(async (agent) => causeOf(cluster, agent)));
    const causes = [...new Set(failing.map(({ cause }) => cause))];
    return {
      findings: causes.flatMap((cause) => describe(cause, failing, found)),
      measured: [
        { what: 'Node agents ready', is: `${found.agents.length - unready.length} of ${found.agents.length}` },
        { what: 'Node agents whose Felix is not ready', is: String(silent.length) },
        ...(asked.length < unready.length
          ? [{ what: 'Node agents on nodes that are silent', is: String(unready.length - asked.length) }]
          : []),
      ],
    };
  },
});

/** Without any word of a probe it may be Felix; under canal the other container may be what is not ready. */
function isFelix({ pod, probes }: UnreadyAgent): boolean {
  if (probes.length > 0) return probes.some(({ message }) => isFelixProbe(message));
  return agentStatus(pod)?.ready === false;
}

function agentStatus(pod: Pod): Pod['status']['containerStatuses'][number] | undefined {
  return pod.status.containerStatuses.find(({ name }) => name === nodeAgent.container);
}

function isFelixProbe(message: string): boolean {
  return /felix is not (?:ready|live): (?:readiness|liveness) probe reporting 503/i.test(message);
}

const patterns: readonly (readonly [Exclude<Cause, 'unknown' | 'no-word'>, (text: string) => boolean])[] = [
  ['missing-kind', (text) => /could not find the requested resource|no matches for kind/.test(text)],
  ['forbidden', (text) => /error/i.test(text) && refusalOf(text) === 'forbidden'],
  ['unreachable', (text) => /dial tcp|Get "?https:/.test(text) && refusalOf(text) === 'unreachable'],
];

async function causeOf(cluster: ClusterReader, agent: UnreadyAgent): Promise<Failing> {
  const { name, namespace = '' } = agent.pod.metadata;
  const query = { namespace, pod: name, container: nodeAgent.container, sinceSeconds: 180, tailLines: 4000 };
  const log = await cluster.logs(query);
  const lines = log?.lines ?? [];
  const hits = patterns.map(([cause, tells]) => ({ cause, lines: lines.filter(({ text }) => tells(text)) }));
  const most = hits.toSorted((left, right) => right.lines.length - left.lines.length)[0];
  if (log === undefined || most === undefined || most.lines.length === 0) {
    const probe = agent.probes.find(({ message }) => isFelixProbe(message));
    if (probe === undefined) return { agent, cause: 'no-word', evidence: statusEvidence(agent.pod) };
    return {
      agent,
      cause: 'unknown',
      evidence: {
        from: `Event Unhealthy of Pod ${namespace}/${name}`,
        says: `The probe of Felix on ${agent.pod.spec.nodeName ?? 'unknown'} answers 503, and its log of the last 3 minutes does not say why.`,
        lines: [probe.message.replace(/\s+/g, ' ')],
      },
    };
  }
  return {
    agent,
    cause: most.cause,
    evidence: {
      from: log.from,
      says: `${most.lines.length} ${most.lines.length === 1 ? 'line' : 'lines'} of the last 3 minutes on ${agent.pod.spec.nodeName ?? 'unknown'} tell why.`,
      lines: most.lines.slice(-6).map(sayLine),
      outOf: lines.length,
    },
  };
}

function statusEvidence(pod: Pod): Evidence {
  const status = agentStatus(pod);
  const restarts = status?.restartCount ?? 0;
  return {
    from: `Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}, status.containerStatuses`,
    says: `On ${pod.spec.nodeName ?? 'unknown'} the container is ${status?.state.waiting?.reason || 'not ready'} after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}. No recent event of a probe says why, nor does its log of the last 3 minutes.`,
  };
}

function sayLine({ at, text }: LogLine): string {
  return at === undefined ? text : `${at.toISOString()} ${text}`;
}

const because: Readonly<Record<Cause, string>> = {
  unreachable:
    'It does not reach the API server through its Service: the node is cut off, or kube-proxy on it does not do its work.',
  forbidden:
    'The API server refuses its requests: a rule of its ClusterRole is missing, as after an upgrade of the image alone.',
  'missing-kind':
    'A kind that it needs is not served: the custom resource definitions of its version were not applied.',
  unknown: 'Its log does not say why.',
  'no-word': 'Neither a probe nor the log says why; it may also be BIRD, or the container itself.',
};

function describe(cause: Cause, failing: readonly Failing[], found: NodeAgents): Finding<typeof code>[] {
  const own = failing.filter((one) => one.cause === cause);
  const [first, ...more] = own.slice(0, 3).map(({ evidence }) => evidence);
  if (first === undefined) return [];
  const nodes = own.flatMap(({ agent }) => agent.pod.spec.nodeName ?? []);
  return [
    {
      code,
      about: found.about,
      nodes,
      says: `Felix is not ready on ${own.length} of ${found.agents.length} nodes (${listed(nodes, 6)}), so new pods there get no route and no policy. ${because[cause]}`,
      confidence:
        cause === 'no-word'
          ? [0.5, 'The container is not ready; whether that is Felix is not known.']
          : cause === 'unknown'
            ? [0.7, 'The probe says that Felix is not ready; why is not known.']
            : [0.9, 'The Calico pod is not ready, and the log of Felix says why.'],
      evidence: [first, ...more],
      remedies: [seeToFelix.with({ nodes, cause: cause === 'no-word' ? 'unknown' : cause })],
    },
  ];
}
