import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Confidence, Evidence, Finding, Severity } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, type ObjectReference, sameObject } from '../../../src/core/reference.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { egressPoliciesOf, mayReach } from '../../facts/kubernetes/network-policies.ts';
import { isReady, workloadOf } from '../../facts/kubernetes/pods.ts';
import { NetworkPolicy } from '../../kinds/network-policy.ts';
import { apiServerObject } from '../../reads/kubernetes/api-server.ts';
import { type Victim, victimEvidence } from '../../reads/kubernetes/victims.ts';
import { type Clients, clientReads, readClients, type Where } from '../../reads/workload/apiserver-clients.ts';
import { allowEgress } from '../../remedies/workload/allow-egress.ts';
import { followThePath } from '../../remedies/workload/follow-the-path.ts';

const code = 'workload/apiserver-unreachable';
const denied = 'workload/egress-denied';

type Code = typeof code | typeof denied;

/** This is a symptom, which many faults have; the codes that lead to it are its causes. */
export const apiserverUnreachable = defineCheck({
  id: code,
  asks: 'Do pods get an answer from the API server?',
  appliesTo: () => true,
  reads: [...clientReads, list(NetworkPolicy)],
  findings: {
    [code]: { severity: 'critical', title: 'Pods cannot reach the API server' },
    [denied]: { severity: 'warning', title: 'A NetworkPolicy keeps pods from the API server' },
  },
  remedies: [followThePath, allowEgress],
  settings: z.strictObject({
    /** So many logs are read, unready pods first and every node in turn. */
    mostLogs: z.number().int().min(1).default(24),
  }),
  async look(sight) {
    const clients = await readClients(sight, sight.settings.mostLogs);
    const measured = [
      { what: 'Pods whose logs were read', is: String(clients.asked.length) },
      { what: 'Pods that get no answer from the API server', is: String(clients.victims.length) },
      { what: 'Nodes they are on', is: clients.nodes.length === 0 ? 'none' : listed(clients.nodes) },
    ];
    if (clients.victims.length === 0) return { findings: [], measured };
    const policies = await sight.cluster.list(NetworkPolicy);
    const held = clients.victims.map((victim) => ({ victim, policies: heldBackBy(victim, policies, clients) }));
    const free = held.filter((one) => one.policies.length === 0).map(({ victim }) => victim);
    const findings: Finding<Code>[] = [
      ...deniedFindings(
        held.filter((one) => one.policies.length > 0),
        clients,
      ),
    ];
    const [first, ...others] = free;
    if (first !== undefined) findings.push(unreachable([first, ...others], clients));
    return { findings, measured };
  },
});

/** Policies that select the pod and let it send to no API server. None, when the network itself is the matter. */
function heldBackBy({ pod }: Victim, policies: readonly NetworkPolicy[], { api }: Clients): NetworkPolicy[] {
  if (pod.spec.hostNetwork) return [];
  const own = egressPoliciesOf(pod, policies);
  const destinations = [
    ...api.clusterAddresses.map((address) => ({ address, port: 443 })),
    ...api.hostAddresses.flatMap((address) => [443, 6443].map((port) => ({ address, port }))),
  ];
  return mayReach(own, destinations) ? [] : own;
}

type Held = { readonly victim: Victim; readonly policies: readonly NetworkPolicy[] };

/** One finding for each workload: it is the program's own policy, and nobody else's trouble. */
function deniedFindings(held: readonly Held[], { api }: Clients): Finding<typeof denied>[] {
  const workloads: ObjectReference[] = [];
  return held.flatMap(({ victim, policies }) => {
    const about = workloadOf(victim.pod);
    if (workloads.some((other) => sameObject(other, about))) return [];
    workloads.push(about);
    const names = policies.map(({ metadata }) => metadata.name);
    const namespace = victim.pod.metadata.namespace ?? '';
    return [
      {
        code: denied,
        about,
        says: `${nameOf(about)} gets no answer from the API server, and NetworkPolicy ${listed(names)} in ${namespace} has no rule that lets it send there. The network itself need not be at fault.`,
        confidence: [0.85, 'The policies were read; whether the network enforces them was not tried.'],
        evidence: [
          {
            from: `NetworkPolicy ${namespace}/${names[0] ?? ''}`,
            says: `It selects ${victim.pod.metadata.name}, and no egress rule of ${listed(names)} allows ${listed([...api.clusterAddresses, ...api.hostAddresses], 4)}.`,
          },
          victimEvidence(victim),
        ],
        remedies: [
          allowEgress.with({
            namespace,
            policies: names,
            addresses: [...api.clusterAddresses, ...api.hostAddresses].slice(0, 6),
          }),
        ],
      },
    ];
  });
}

const places: Readonly<Record<Where, string>> = {
  remote: 'Only nodes without an API server are concerned: packets get lost when they leave the node.',
  everywhere: 'Every node that was asked is concerned, so the API server or its Service may be the matter.',
  'one-node': 'Pods on other nodes are well, so that node is the matter: kube-proxy there, or its network.',
  some: 'Pods on other nodes are well.',
};

function unreachable(victims: readonly [Victim, ...Victim[]], clients: Clients): Finding<typeof code> {
  const [first] = victims;
  const workloads = distinct(victims.map(({ pod }) => workloadOf(pod)));
  const nodes = [...new Set(victims.map(({ pod }) => pod.spec.nodeName ?? ''))].sort();
  const unready = victims.filter(({ pod }) => !isReady(pod)).length;
  const address = clients.api.clusterAddresses[0] ?? clients.api.hostAddresses[0] ?? '';
  const severity: Severity = victims.length > 1 || unready > 0 ? 'critical' : 'warning';
  const confidence: Confidence =
    victims.length > 1
      ? [0.95, `${victims.length} pods say so in their logs, and none of them got through since.`]
      : [0.7, 'Only one pod says so; it may have a trouble of its own.'];
  const evidence = victims.slice(0, 4).map(victimEvidence);
  const [shown = victimEvidence(first), ...more] = evidence;
  return {
    code,
    severity,
    about: apiServerObject,
    nodes,
    concerns: concernsOfPods(victims.map(({ pod }) => pod)),
    says: `${victims.length} of ${clients.asked.length} ${clients.asked.length === 1 ? 'pod that was asked gets' : 'pods that were asked get'} no answer from the API server (${address}), on ${listed(nodes)}: ${listed(workloads.map(nameOf), 5)}.${unready > 0 ? ` ${unready} of them ${unready === 1 ? 'is' : 'are'} not ready.` : ''}${sayAgents(victims)} ${places[clients.where]}`,
    confidence,
    evidence: [shown, ...more, ...countEvidence(victims, evidence)],
    remedies: [
      followThePath.with({
        address,
        hosts: [...clients.api.hostAddresses],
        namespace: first.pod.metadata.namespace ?? '',
        pod: first.pod.metadata.name,
        node: first.pod.spec.nodeName ?? '',
        where: clients.where,
      }),
    ],
  };
}

/** What they do for the node stands still, although nothing on them says so. */
function sayAgents(victims: readonly Victim[]): string {
  const agents = victims.filter(({ pod }) => pod.spec.hostNetwork);
  if (agents.length === 0) return '';
  if (victims.length === 1)
    return ' It is an agent of Calico, which stays ready all the same, but learns of no new pod and no change of a policy.';
  const who =
    agents.length === victims.length ? 'They are' : `${agents.length} of them ${agents.length === 1 ? 'is' : 'are'}`;
  return ` ${who} ${agents.length === 1 ? 'an agent' : 'agents'} of Calico, which stay ready all the same, but learn of no new pod and no change of a policy.`;
}

function distinct(references: readonly ObjectReference[]): ObjectReference[] {
  return references.filter(
    (reference, index) => references.findIndex((other) => sameObject(reference, other)) === index,
  );
}

function countEvidence(victims: readonly Victim[], shown: readonly Evidence[]): Evidence[] {
  if (victims.length <= shown.length) return [];
  const rest = victims.length - shown.length;
  return [{ from: 'Logs of pods', says: `${rest} more ${rest === 1 ? 'pod says' : 'pods say'} the same.` }];
}
