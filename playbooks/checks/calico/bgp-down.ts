import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import {
  type BrokenSession,
  bgpAddresses,
  birdReportOf,
  type Culprit,
  culpritsOf,
  strangeAddress,
} from '../../facts/calico/bgp.ts';
import { whenWholeNetwork } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { feltOnlyOn, internalAddresses } from '../../facts/kubernetes/nodes.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { readNodeAgents } from '../../reads/calico/node-agents.ts';
import { type UnreadyAgent, unreadyAgentReads, unreadyAgents } from '../../reads/calico/unready-agents.ts';
import { readPodWarnings } from '../../reads/kubernetes/pod-warnings.ts';
import { mendBgp } from '../../remedies/calico/mend-bgp.ts';

const code = 'calico/bgp-down';

/** Without BGP nodes have no routes to each other's pods (calico#2905, #2561, #8607 and #3541). */
export const bgpDown = defineCheck({
  id: code,
  asks: 'Do the nodes tell each other their pod routes over BGP?',
  appliesTo: whenWholeNetwork,
  reads: [...unreadyAgentReads, list(Node)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'BGP between nodes is down',
      leadsTo: ['workload/network-not-ready', 'workload/apiserver-unreachable', 'control-plane/pod-path-broken'],
    },
  },
  remedies: [mendBgp],
  settings: z.strictObject({
    /** BIRD restarts gracefully for 120 s; until then a missing peer is no fault. */
    graceSeconds: z.number().int().min(0).default(120),
    /** More ends than this are no faults of single nodes, and make one finding. */
    mostNodes: z.number().int().min(1).default(5),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const { about, agents } = await readNodeAgents(sight);
    const nodes = await cluster.list(Node);
    const unready = unreadyAgents(agents, await readPodWarnings(cluster), settings.graceSeconds, now);
    const dead = unready.filter((agent) => newestReport(agent)?.is === 'not-running');
    const addresses = byAddress(nodes);
    const sessions = unready.flatMap((agent) => sessionsOf(agent, addresses));
    const down = new Set(nodes.filter((node) => !isNodeReady(node)).map(({ metadata }) => metadata.name));
    // A node that is down has no BGP either; that is said by its own condition, and is no fault of BGP.
    const broken = sessions.filter(({ peer, reporter }) => !down.has(peer) && !down.has(reporter));
    const suspicious = new Set(
      nodes.filter((node) => strangeAddress(node) !== undefined).map(({ metadata }) => metadata.name),
    );
    const culprits = culpritsOf(broken, suspicious);
    const excused = sessions.length - broken.length;
    return {
      findings: [
        ...dead.map((agent) => birdDead(agent, nodes)),
        ...(culprits.length > settings.mostNodes
          ? [everywhere(culprits, unready, about)]
          : culprits.map((culprit) => describe({ culprit, unready, nodes, daemonSet: about }))),
      ],
      measured: [
        { what: 'Node agents ready', is: `${agents.length - unready.length} of ${agents.length}` },
        { what: 'BGP sessions reported down', is: String(broken.length) },
        ...(excused === 0 ? [] : [{ what: 'BGP sessions of nodes that are down', is: String(excused) }]),
      ],
    };
  },
});

function isNodeReady({ status }: Node): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

function newestReport({ probes }: UnreadyAgent) {
  return probes.map(({ message }) => birdReportOf(message)).find((report) => report !== undefined);
}

/** Each missing peer by the name of its node; by its address when it is none of this cluster. */
function sessionsOf(agent: UnreadyAgent, nodes: ReadonlyMap<string, Node>): BrokenSession[] {
  const report = newestReport(agent);
  const reporter = agent.pod.spec.nodeName;
  if (report?.is !== 'missing-peers' || reporter === undefined) return [];
  return report.peers.map((address) => {
    return { reporter, peer: nodes.get(address)?.metadata.name ?? address };
  });
}

/** Each node by its addresses; the one that BIRD speaks from counts before that of the kubelet. */
function byAddress(nodes: readonly Node[]): Map<string, Node> {
  const reversed = nodes.toReversed();
  return new Map(
    [internalAddresses, bgpAddresses].flatMap((addressesOf) =>
      reversed.flatMap((node) => addressesOf(node).map((address) => [address, node] as const)),
    ),
  );
}

type Seen = {
  readonly culprit: Culprit;
  readonly unready: readonly UnreadyAgent[];
  readonly nodes: readonly Node[];
  readonly daemonSet: ObjectReference;
};

function describe({ culprit, unready, nodes, daemonSet }: Seen): Finding<typeof code> {
  const node = nodes.find(({ metadata }) => metadata.name === culprit.name);
  const strange = node === undefined ? undefined : strangeAddress(node);
  const others = listed(culprit.with, 5);
  const speaks = node === undefined || strange === undefined ? '' : addressSays(node, strange);
  const evidence = probeEvidence(unready, new Set([culprit.name, ...culprit.with]));
  return {
    code,
    severity: node === undefined ? 'warning' : 'critical',
    about: node === undefined ? daemonSet : referenceTo(node),
    ...feltOnlyOn([culprit.name], nodes),
    says:
      node === undefined
        ? `No BGP session reaches ${culprit.name}, which is the address of no node: it is a router outside of the cluster, or a node that was removed and is still configured as a peer. ${others} ${culprit.with.length === 1 ? 'reports' : 'report'} it, and ${culprit.with.length === 1 ? 'is' : 'are'} not ready for it.`
        : `BGP between node ${culprit.name} and ${others} is down, so these have no route to the pods of the other side.${speaks}`,
    confidence:
      strange === undefined
        ? [0.85, 'The readiness probes name the peers; why the sessions do not come up they do not tell.']
        : [0.95, 'The readiness probes name the peers, and the address that Calico chose is none of the node.'],
    evidence: [evidence, ...(node === undefined ? [] : [annotationEvidence(node)])],
    remedies: [mendBgp.with({ node: node?.metadata.name, address: culprit.name, strange, others: [...culprit.with] })],
  };
}

/** Where no few nodes explain it, what they have in common does: a firewall, or the choice of the interface. */
function everywhere(
  culprits: readonly Culprit[],
  unready: readonly UnreadyAgent[],
  daemonSet: ObjectReference,
): Finding<typeof code> {
  const names = [...new Set(culprits.flatMap((culprit) => [culprit.name, ...culprit.with]))].sort();
  return {
    code,
    about: daemonSet,
    says: `BGP is down between ${names.length} nodes (${listed(names, 5)}), and no few of them explain it: look at what they have in common, such as a firewall that closed TCP port 179 or a change of the interface that Calico takes. Nodes have no route to each other's pods.`,
    confidence: [0.85, 'The readiness probes name the peers; why the sessions do not come up they do not tell.'],
    evidence: [probeEvidence(unready, new Set(names))],
    remedies: [mendBgp.with({ node: names[0], address: names[0] ?? '', strange: undefined, others: names.slice(1) })],
  };
}

function addressSays(node: Node, strange: string): string {
  return ` Calico on ${node.metadata.name} speaks from ${strange}, which is none of the addresses of the node (${listed(internalAddresses(node))}): its autodetection took the wrong interface.`;
}

function annotationEvidence(node: Node): Evidence {
  const addresses = bgpAddresses(node);
  return {
    from: `Node ${node.metadata.name}, annotations and status.addresses`,
    says: `${addresses.length === 0 ? 'No annotation tells which address BIRD speaks from' : `BIRD speaks from ${listed(addresses)}`}; the kubelet reports ${listed(internalAddresses(node))}.`,
  };
}

function probeEvidence(unready: readonly UnreadyAgent[], concerned: ReadonlySet<string>): Evidence {
  const witnesses = unready.filter(
    (agent) => concerned.has(agent.pod.spec.nodeName ?? '') && newestReport(agent)?.is === 'missing-peers',
  );
  return {
    from: 'Events Unhealthy of the node agents',
    says: `${witnesses.length} ${witnesses.length === 1 ? 'agent is' : 'agents are'} not ready because BGP is not established.`,
    lines: witnesses.slice(0, 5).flatMap(({ pod, probes }) => {
      const probe = probes.find(({ message }) => birdReportOf(message) !== undefined);
      return probe === undefined ? [] : [`${pod.spec.nodeName ?? ''}: ${probe.message.replace(/\s+/g, ' ')}`];
    }),
  };
}

/** Not a session but the daemon: nothing of this node is announced at all. */
function birdDead(agent: UnreadyAgent, nodes: readonly Node[]): Finding<typeof code> {
  const name = agent.pod.spec.nodeName ?? agent.pod.metadata.name;
  const probe = agent.probes.find(({ message }) => birdReportOf(message) !== undefined);
  return {
    code,
    about: { apiVersion: 'v1', kind: 'Node', name },
    ...feltOnlyOn([name], nodes),
    says: `BIRD does not run in the Calico pod of node ${name}, so the node announces no route to its pods and learns none.`,
    confidence: [0.9, 'The readiness probe cannot reach the socket of BIRD.'],
    evidence: [
      {
        from: `Event Unhealthy of Pod ${agent.pod.metadata.namespace ?? ''}/${agent.pod.metadata.name}`,
        says: 'The readiness probe finds no BIRD to ask.',
        lines: probe === undefined ? [] : [probe.message.replace(/\s+/g, ' ')],
      },
    ],
    remedies: [mendBgp.with({ node: name, address: name, strange: undefined, others: [] })],
  };
}
