import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import type { Confidence, Evidence, Finding, Measurement, Severity } from '../../../src/core/finding.ts';
import { ownerOf } from '../../../src/core/ownership.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { refusedPodCidr } from '../../facts/flannel/log-lines.ts';
import { sayVersion, whenInstalled } from '../../facts/flannel/product.ts';
import { changes, has, unlessBackported } from '../../facts/flannel/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { blockWithin } from '../../facts/network/cidr.ts';
import {
  type FlannelNetwork,
  type FlannelPlace,
  type FlannelWords,
  flannelReads,
  isFlannelUp,
  type Mismatch,
  mismatchesOf,
  networksOf,
  readFlannelNetwork,
  sayNetworks,
} from '../../reads/flannel/network.ts';
import { readStartLogs, startLogEvidence, startLogReads } from '../../reads/flannel/start-logs.ts';
import { type Sufferers, saySufferers, seekSufferers, suffererReads } from '../../reads/flannel/sufferers.ts';
import { victimEvidence } from '../../reads/kubernetes/victims.ts';
import { correctAtSource } from '../../remedies/canal/correct-at-source.ts';
import { renewNodes } from '../../remedies/canal/renew-nodes.ts';
import { isWrittenByRke, rkeReads, setNetwork } from '../../remedies/canal/set-network.ts';

const code = 'canal/pod-cidr-mismatch';

type Seen = {
  readonly network: FlannelNetwork;
  readonly wrong: readonly Mismatch[];
  readonly sufferers: Sufferers;
  readonly refusals: readonly Evidence[];
  /** On one of the nodes that do not fit, flannel does not run. */
  readonly isDown: boolean;
  readonly isRke: boolean;
};

/** From v0.18.0 on flannel refuses to start on such a node; before, it silently masquerades nothing of its pods. */
export const podCidrMismatch = defineCheck({
  id: code,
  asks: 'Does the network of flannel hold the pod CIDR of every node?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, ...suffererReads, ...startLogReads, ...rkeReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Pod CIDR outside the flannel network',
      leadsTo: ['workload/apiserver-unreachable', 'canal/flannel-not-running'],
    },
  },
  remedies: [setNetwork, correctAtSource, renewNodes],
  settings: z.strictObject({
    /** A node that has just joined may not have told everything yet. */
    joinSeconds: z.number().int().min(0).default(120),
  }),
  async look(sight) {
    const network = await readFlannelNetwork(sight, async (place) => refusedNetworks(sight, place));
    const settled = network.nodes.filter(
      ({ metadata }) => ageOf(metadata.creationTimestamp, sight.now) >= sight.settings.joinSeconds * 1000,
    );
    const wrong = mismatchesOf(settled, network.networks);
    const measured = measure(network, wrong, settled.length);
    if (wrong.length === 0) return { findings: [], measured };
    return { findings: [describe(await witness(sight, network, wrong))], measured };
  },
});

/** The networks in the words with which flannel refuses to start. */
async function refusedNetworks(sight: Sight, place: FlannelPlace): Promise<FlannelWords | undefined> {
  const down = place.pods.filter((pod) => !isFlannelUp(pod, sight.now));
  for (const { pod, log } of await readStartLogs(sight, down)) {
    const refused = log.lines.flatMap(({ text }) => refusedPodCidr(text) ?? []).at(-1);
    if (refused === undefined) continue;
    return { networks: networksOf([refused.network]), from: log.from, about: workloadOf(pod) };
  }
  return undefined;
}

function ageOf(created: Date | undefined, now: Date): number {
  return created === undefined ? Infinity : now.getTime() - created.getTime();
}

function measure(
  { networks, nodes, plan, from }: FlannelNetwork,
  wrong: readonly Mismatch[],
  settled: number,
): Measurement[] {
  return [
    { what: 'Network of flannel', is: `${sayNetworks(networks)} (${from})` },
    {
      what: 'Cluster CIDR of the controller-manager',
      is: plan.pods === undefined ? 'not visible here' : `${listed(plan.pods.blocks)} (${plan.pods.from})`,
    },
    {
      what: 'Nodes with a pod CIDR outside',
      is: `${new Set(wrong.map(({ node }) => node.metadata.name)).size} of ${settled}`,
    },
    ...(settled < nodes.length ? [{ what: 'Nodes that have just joined', is: String(nodes.length - settled) }] : []),
  ];
}

async function witness(sight: Sight, network: FlannelNetwork, wrong: readonly Mismatch[]): Promise<Seen> {
  const names = new Set(wrong.map(({ node }) => node.metadata.name));
  const down = network.pods.filter((pod) => names.has(pod.spec.nodeName ?? '') && !isFlannelUp(pod, sight.now));
  const [sufferers, logs, isRke] = await Promise.all([
    seekSufferers(sight, network.nodes),
    readStartLogs(sight, down),
    isWrittenByRke(sight),
  ]);
  const refusals = logs.flatMap((log) =>
    startLogEvidence(
      log,
      (text) => refusedPodCidr(text) !== undefined,
      ({ text }) => {
        const refused = refusedPodCidr(text);
        return `flannel does not start on ${refused?.node ?? ''}: its network ${refused?.network ?? ''} does not hold ${refused?.podCidr ?? ''}.`;
      },
    ),
  );
  return { network, wrong, sufferers, refusals, isDown: down.length > 0, isRke };
}

/** Which of the two faces this fault has: flannel that refuses to start, or flannel that goes on and masquerades nothing. */
function faceOf({ network, sufferers, refusals, isDown }: Seen): 'refused' | 'silent' | 'latent' {
  const refuses = has(network.installed.version, changes.refusesForeignPodCidr);
  if (refusals.length > 0 || (isDown && refuses === true)) return 'refused';
  return sufferers.remote.length > 0 ? 'silent' : 'latent';
}

function describe(seen: Seen): Finding<typeof code> {
  const { network, wrong, sufferers, refusals } = seen;
  const face = faceOf(seen);
  const severity: Severity = face === 'latent' ? 'warning' : 'critical';
  return {
    code,
    severity,
    about: network.about,
    nodes: [...new Set(wrong.map(({ node }) => node.metadata.name))],
    says: sentence(seen, face),
    confidence: confidenceOf(seen, face),
    evidence: [
      { from: network.from, says: `flannel takes ${sayNetworks(network.networks)} for the pod network.` },
      {
        from: 'Nodes, spec.podCIDRs',
        says: `${listed(wrong.map(({ node, podCidr }) => `${node.metadata.name} has ${podCidr}`))}.`,
      },
      ...planEvidence(network),
      ...refusals.slice(0, 3),
      ...sufferers.remote.slice(0, 3).map(victimEvidence),
    ],
    remedies: remediesFor(seen),
  };
}

function planEvidence({ plan }: FlannelNetwork): Evidence[] {
  if (plan.pods === undefined) return [];
  return [
    {
      from: plan.pods.from,
      says: `The controller-manager gives nodes their pod CIDR out of ${listed(plan.pods.blocks)}.`,
    },
  ];
}

function sentence({ network, wrong, sufferers }: Seen, face: ReturnType<typeof faceOf>): string {
  const { version } = network.installed;
  const count = new Set(wrong.map(({ node }) => node.metadata.name)).size;
  const what = `The network of flannel, ${sayNetworks(network.networks)}, does not hold the pod CIDR of ${count} of ${network.nodes.length} nodes (${listed(
    wrong.map(({ podCidr }) => podCidr),
    3,
  )}).`;
  const first = changes.refusesForeignPodCidr.first;
  if (face === 'refused')
    return `${what} From ${first} on flannel refuses to start there, so new pods on ${count === 1 ? 'this node' : 'these nodes'} get no network.`;
  const refuses = has(version, changes.refusesForeignPodCidr);
  const silence =
    refuses === true
      ? `${sayVersion(version)} still runs with what it read when it started, ${unlessBackported(changes.refusesForeignPodCidr)}; the next restart of it fails.`
      : `${sayVersion(version)} ${refuses === undefined ? 'may say' : 'says'} nothing about it and looks healthy; from ${first} on it would refuse to start.`;
  if (face === 'latent') return `${what} ${capital(silence)} No system pod was seen to suffer yet.`;
  const nodes = [...new Set(sufferers.remote.map(({ pod }) => pod.spec.nodeName ?? ''))].sort();
  return `${what} So it does not masquerade what these pods send to other nodes: it arrives there with the address of a pod, and is dropped. Pods on ${listed(nodes)} cannot reach the API server. ${capital(silence)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function confidenceOf({ sufferers, refusals }: Seen, face: ReturnType<typeof faceOf>): Confidence {
  if (face === 'refused') {
    return refusals.length > 0
      ? [0.98, 'The blocks do not fit, and flannel says so itself.']
      : [0.9, 'The blocks do not fit, and flannel does not run there, but its log says nothing of it.'];
  }
  if (face === 'silent') return [0.95, `The blocks do not fit, and ${saySufferers(sufferers)}.`];
  return [
    0.8,
    'The blocks do not fit, but nobody was seen to suffer: a cloud may route pod addresses, or masquerade them itself.',
  ];
}

/** Which side is wrong: flannel, when the controller-manager's block holds every pod CIDR; else the nodes. */
function remediesFor({ network, isRke }: Seen): RemedyOffer[] {
  const { plan, config, nodes } = network;
  const cluster = plan.pods?.blocks ?? [];
  const foreign = nodes.filter((node) =>
    podCidrsOf(node).some((cidr) => cluster.length > 0 && !cluster.some((block) => blockWithin(cidr, block))),
  );
  if (foreign.length > 0) {
    const isFitting = cluster.every((block) => network.networks.some((one) => blockWithin(block, one.block)));
    const input = foreign.map((node) => ({ name: node.metadata.name, podCidrs: podCidrsOf(node) }));
    return [
      // Where flannel already has the network of the controller-manager, there is nothing to set.
      ...(config === undefined || isFitting ? [] : [setNetwork.with({})]),
      renewNodes.with({ nodes: input, clusterCidr: [...cluster] }),
    ];
  }
  const isOwned = config === undefined || isRke || ownerOf(config.object.metadata) !== undefined;
  const wanted = [...cluster];
  return [
    ...(config === undefined ? [] : [setNetwork.with({})]),
    ...(isOwned || plan.pods === undefined ? [correctAtSource.with({ wanted })] : []),
  ];
}
