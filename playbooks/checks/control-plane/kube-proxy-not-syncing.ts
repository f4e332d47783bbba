import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady, workloadOf } from '../../facts/kubernetes/pods.ts';
import {
  type KubeProxies,
  kubeProxyReads,
  type ProxyOnNode,
  readKubeProxies,
} from '../../reads/kubernetes/kube-proxy.ts';
import { mendKubeProxy } from '../../remedies/control-plane/mend-kube-proxy.ts';
import { restartKubeProxy } from '../../remedies/control-plane/restart-kube-proxy.ts';

const code = 'control-plane/kube-proxy-not-syncing';

/** kube-proxy tries again every 30 s, and its watches at most every minute. */
const ongoingMilliseconds = 120_000;

type Trouble = 'missing' | 'down' | 'sync' | 'api-server';
type Bad = ProxyOnNode & { readonly trouble: Trouble };

/** One node whose rules are old looks like a fault of the whole network from there. */
export const kubeProxyNotSyncing = defineCheck({
  id: code,
  asks: 'Does kube-proxy keep the rules for Services up to date on the nodes?',
  appliesTo: () => true,
  reads: kubeProxyReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'kube-proxy does not write its rules',
      leadsTo: [
        'workload/apiserver-unreachable',
        'workload/network-not-ready',
        'calico/felix-not-ready',
        'control-plane/cluster-ip-path-broken',
        'control-plane/one-apiserver-affected',
      ],
    },
  },
  remedies: [restartKubeProxy, mendKubeProxy],
  settings: z.strictObject({
    /** One failure that the next try makes good is nothing. */
    strongLines: z.number().int().min(1).default(2),
    /** Logs are long, and clusters large: so many nodes are asked, the likeliest first. */
    mostLogs: z.number().int().min(1).default(20),
    startSeconds: z.number().int().min(0).default(120),
  }),
  async look({ cluster, target, now, settings }) {
    const proxies = await readKubeProxies(cluster, { mostLogs: settings.mostLogs, first: target.node });
    const bad = proxies.nodes.flatMap((one): Bad[] => {
      const trouble = troubleOf(one, now, settings);
      return trouble === undefined ? [] : [{ ...one, trouble }];
    });
    const running = proxies.nodes.filter(({ pod }) => pod !== undefined && isReady(pod)).length;
    const measured = [
      {
        what: 'Nodes with kube-proxy running',
        is: `${running} of ${proxies.nodes.filter(({ isLeftOut }) => !isLeftOut).length}`,
      },
      { what: 'Logs of kube-proxy that were read', is: String(proxies.logsRead) },
      {
        what: 'Nodes whose kube-proxy is in trouble',
        is: bad.length === 0 ? 'none' : listed(bad.map(({ node }) => node.metadata.name)),
      },
    ];
    const [first, ...others] = bad;
    if (first === undefined) return { findings: [], measured };
    return { findings: [describe([first, ...others], proxies, now)], measured };
  },
});

function troubleOf(
  { node, pod, lines, isLeftOut }: ProxyOnNode,
  now: Date,
  settings: { strongLines: number; startSeconds: number },
): Trouble | undefined {
  const since = (time: Date | null | undefined) => now.getTime() - (time?.getTime() ?? 0);
  if (isLeftOut) return undefined;
  if (pod === undefined)
    return since(node.metadata.creationTimestamp) >= settings.startSeconds * 1000 ? 'missing' : undefined;
  const last = lines.at(-1);
  if (last !== undefined && lines.length >= settings.strongLines && since(last.at) <= ongoingMilliseconds)
    return last.trouble;
  if (isReady(pod)) return undefined;
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  return since(ready?.lastTransitionTime ?? pod.metadata.creationTimestamp) >= settings.startSeconds * 1000
    ? 'down'
    : undefined;
}

const words: Readonly<Record<Trouble, string>> = {
  missing: 'there is no kube-proxy pod',
  down: 'kube-proxy is not ready',
  sync: 'kube-proxy cannot write its rules',
  'api-server': 'kube-proxy does not reach the API server',
};

function describe(bad: readonly [Bad, ...Bad[]], proxies: KubeProxies, now: Date): Finding<typeof code> {
  const kinds = [...new Set(bad.map(({ trouble }) => trouble))];
  const parts = kinds.map(
    (kind) =>
      `${words[kind]} on ${listed(bad.filter(({ trouble }) => trouble === kind).map(({ node }) => node.metadata.name))}`,
  );
  const names = bad.map(({ node }) => node.metadata.name);
  const [first] = bad;
  const hasLines = bad.some(({ lines }) => lines.length > 0);
  const restartable = bad
    .filter(({ pod, trouble }) => pod !== undefined && trouble !== 'missing')
    .map(({ node }) => node.metadata.name);
  const [evidence, ...more] = bad.slice(0, 4).map((one) => evidenceOf(one, now));
  return {
    code,
    severity: kinds.every((kind) => kind === 'api-server') ? 'warning' : 'critical',
    about: aboutOf(bad),
    nodes: names,
    says: `On ${bad.length} of ${proxies.nodes.filter(({ isLeftOut }) => !isLeftOut).length} nodes the rules for Services are not kept up to date: ${parts.join('; ')}. What was there before goes on working; Services whose pods moved since do not, from these nodes, and on a fresh node none does.`,
    confidence: hasLines
      ? [0.95, 'kube-proxy says so itself, and did just now.']
      : [0.85, 'The pod is not there or not ready; whether rules are missing was not seen.'],
    evidence: [evidence ?? evidenceOf(first, now), ...more],
    remedies: [
      ...(restartable.length > 0 ? [restartKubeProxy.with({ nodes: restartable })] : []),
      mendKubeProxy.with({ nodes: names, trouble: first.trouble }),
    ],
  };
}

/** The node, when it is one; else what runs on all of them. */
function aboutOf(bad: readonly [Bad, ...Bad[]]): ObjectReference {
  const [first, ...others] = bad;
  const pod = bad.find((one) => one.pod !== undefined)?.pod;
  if (others.length === 0 || pod === undefined) return referenceTo(first.node);
  return workloadOf(pod);
}

function evidenceOf({ node, pod, log, lines, trouble }: Bad, now: Date): Evidence {
  if (pod === undefined) return { from: nameOf(referenceTo(node)), says: 'There is no kube-proxy pod on this node.' };
  const last = lines.at(-1);
  if (log === undefined || last === undefined)
    return { from: nameOf(referenceTo(pod)), says: `It is not ready on node ${node.metadata.name}.` };
  const when = last.at === undefined ? 'at an unknown time' : `at ${sayTime(last.at, now)}`;
  return {
    from: log.from,
    says: `On node ${node.metadata.name} ${lines.length} lines of the last 10 minutes say that ${words[trouble]}, the last one ${when}.`,
    lines: lines.slice(-6).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
    outOf: log.lines.length,
  };
}
