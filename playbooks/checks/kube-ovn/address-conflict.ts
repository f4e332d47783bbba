import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import { allocationsOf, concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { has } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { canonicalAddress } from '../../facts/network/address.ts';
import { splitDualStack } from '../../facts/network/cidr.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import {
  type ConflictLimits,
  causeOfConflict,
  historyEvidence,
  isScarce,
} from '../../reads/kube-ovn/conflict-history.ts';
import { type Conflict, conflictsIn, sayOwner, youngestOf } from '../../reads/kube-ovn/conflicts.ts';
import { type PodLog, readControllerLogs } from '../../reads/kube-ovn/controller-logs.ts';
import { type Leadership, leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { nodesShare, sharedByNodes } from '../../reads/kube-ovn/node-conflicts.ts';
import { ownerOfMac } from '../../reads/kube-ovn/request-causes.ts';
import {
  evidenceOf,
  groupsOf,
  measureRequests,
  type RequestGroup,
  replaceable,
  sayAddress,
  sayWaiting,
} from '../../reads/kube-ovn/request-groups.ts';
import { type Requests, readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { reservationUsed, takenFrom } from '../../reads/kube-ovn/taken-addresses.ts';
import { chooseVictim, readSuitability, type Suitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { addAddresses } from '../../remedies/kube-ovn/add-addresses.ts';
import { chooseBetweenPods } from '../../remedies/kube-ovn/choose-between-pods.ts';
import { correctNodeAddress } from '../../remedies/kube-ovn/correct-node-address.ts';
import { deleteWaitingPod } from '../../remedies/kube-ovn/delete-waiting-pod.ts';
import { evictPod } from '../../remedies/kube-ovn/evict-pod.ts';
import { giveWay } from '../../remedies/kube-ovn/give-way.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { missingChanges, upgradeForAddresses } from '../../remedies/kube-ovn/upgrade-for-addresses.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'kube-ovn/address-conflict';

type Seen = {
  readonly requests: Requests;
  readonly leadership: Leadership;
  readonly logs: readonly PodLog[];
  readonly suitability: ReadonlyMap<string, Suitability>;
  readonly version: string | undefined;
  readonly now: Date;
  readonly limits: ConflictLimits & { readonly settleSeconds: number };
};

/** Two pods run with one address; or, up to v1.11, OVN refuses the second port and its pod does not start. */
export const addressConflict = defineCheck({
  id: code,
  asks: 'Has every address of kube-ovn one owner at most?',
  appliesTo: whenInstalled,
  reads: [...requestReads, ...leaderReads, ...victimReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Address with two owners',
      leadsTo: ['kube-ovn/mac-conflict', 'workload/address-conflict', 'workload/network-not-ready'],
    },
  },
  remedies: [
    evictPod,
    deleteWaitingPod,
    leaderHandOver,
    chooseBetweenPods,
    correctNodeAddress,
    addAddresses,
    upgradeForAddresses,
  ],
  settings: z.strictObject({
    /** A pod that waits no longer than this for its address is only being started. */
    waitSeconds: z.number().int().min(0).default(60),
    /** Two looks this far apart would tell a conflict from a pod that is just being replaced; its age does so too. */
    settleSeconds: z.number().int().min(0).default(15),
    /** A second allocation this soon after a change of leader is laid to that. */
    afterStartSeconds: z.number().int().min(0).default(1800),
    /** Below this share of free addresses the quarantine of released ones does not hold. */
    scarcePercent: z.number().min(0).max(100).default(5),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, platform, settings, target } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const conflicts = conflictsIn(requests.book, target);
    const refused = groupsOf(requests, code, target);
    const reserved = takenFrom('reserved', requests, { target, now, settleMilliseconds: settings.waitSeconds * 1000 });
    const nodes = sharedByNodes(await cluster.list(Node), target);
    const measured = [
      { what: 'Addresses with two running owners', is: `${conflicts.length}, of ${requests.book.ports.size} ports` },
      ...measureRequests(requests, 'Pods that were given an address in use', refused.length),
      { what: 'Addresses that two nodes have', is: String(nodes.length) },
      { what: 'Reserved addresses that a running pod has', is: String(reserved.length) },
      ...measureTarget(requests, target.ip),
    ];
    if (conflicts.length + refused.length + reserved.length + nodes.length === 0) return { findings: [], measured };
    const leadership = await readLeadership(sight);
    const logs = await readControllerLogs(cluster, leadership.pods);
    const owners = conflicts.flatMap((conflict) => conflict.owners.map(({ pod }) => pod));
    const suitable = await readSuitability(cluster, [...owners, ...reserved.map(({ taker }) => taker)]);
    const seen: Seen = {
      requests,
      leadership,
      logs,
      suitability: new Map(suitable.map((one) => [one.pod.metadata.uid, one])),
      version: installed(platform).version,
      now,
      limits: settings,
    };
    return {
      findings: [
        ...nodes.map((one) => nodesShare(one, (node) => correctNodeAddress.with({ node }))),
        ...bySubnet(conflicts).map((all) => shared(all, seen)),
        ...refused.map((one) => inUse(one, seen)),
        ...reserved.map((one) => reservationUsed(one, giveWay(one.taker, suitable, one.address))),
      ],
      measured,
    };
  }),
});

function measureTarget({ book }: Requests, ip: Sight['target']['ip']) {
  if (ip === undefined) return [];
  const holders = [...book.ports.values()]
    .filter(({ claims }) => claims.has(canonicalAddress(ip)))
    .map(({ name }) => name);
  return [{ what: `Ports that claim ${ip}`, is: holders.length === 0 ? 'none' : listed(holders) }];
}

/** One finding for each subnet: the same fault gave all its addresses out twice, and one plan sees to them all. */
function bySubnet(conflicts: readonly Conflict[]): [Conflict, ...Conflict[]][] {
  const groups = new Map<string, [Conflict, ...Conflict[]]>();
  for (const conflict of conflicts) {
    const known = groups.get(conflict.subnet);
    if (known === undefined) groups.set(conflict.subnet, [conflict]);
    else known.push(conflict);
  }
  return [...groups.values()];
}

function shared(conflicts: readonly [Conflict, ...Conflict[]], seen: Seen): Finding<typeof code> {
  const [first] = conflicts;
  const subnet = seen.requests.book.subnets.get(first.subnet);
  const { lock } = seen.leadership;
  const witness = { lock, logs: seen.logs, subnet, now: seen.now, limits: seen.limits };
  const laidTo = conflicts.map((one) => causeOfConflict(one, witness));
  const cause = laidTo.find(({ is }) => is !== 'unknown') ?? causeOfConflict(first, witness);
  const age = ageOf(first, seen.now);
  const isYoung = conflicts.every((one) => (ageOf(one, seen.now) ?? Infinity) < seen.limits.settleSeconds * 1000);
  const told = conflicts.slice(0, 5).map((one) => `${one.address} belongs to ${listed(one.owners.map(sayOwner))}`);
  const more = conflicts.length > 5 ? ` and ${conflicts.length - 5} more` : '';
  const since = age === undefined ? '' : ` for ${sayDuration(age)} at least`;
  const owned = conflicts.every(({ owners }) => owners.length === 2)
    ? 'two running owners'
    : 'more than one running owner';
  return {
    code,
    ...(isYoung ? { severity: 'info' as const } : {}),
    about:
      subnet === undefined ? { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: first.subnet } : referenceTo(subnet),
    concerns: {
      ...concernsOfPods(conflicts.flatMap(({ owners }) => owners.map(({ pod }) => pod))),
      Subnet: [first.subnet],
      ...allocationsOf(cause.is === 'restart' ? lock : undefined),
    },
    ...(age === undefined ? {} : { since: new Date(seen.now.getTime() - age) }),
    says: `${conflicts.length === 1 ? 'An address' : `${conflicts.length} addresses`} of subnet ${first.subnet} ${conflicts.length === 1 ? 'has' : 'have'} ${owned}${since}: ${told.join('; ')}${more}. Traffic reaches now one and now the other. ${cause.says} ${whyNotRefused(seen.version)}`.trim(),
    confidence: confidenceOf(conflicts, isYoung),
    evidence: [
      ...ownerEvidence(first),
      ...conflicts.slice(1, 4).flatMap((one) => ownerEvidence(one)),
      ...conflicts.slice(0, 3).flatMap(({ address }) => historyEvidence(address, seen.logs)),
    ],
    remedies: isYoung ? [] : remediesFor(conflicts, seen),
  };
}

function ageOf(conflict: Conflict, now: Date): number | undefined {
  const since = youngestOf(conflict);
  return since === undefined ? undefined : Math.max(0, now.getTime() - since.getTime());
}

function whyNotRefused(version: string | undefined): string {
  const accepted = has(version, addressChanges.duplicatePortsAccepted);
  if (accepted === true)
    return `From v1.12.0 on nothing refuses a second port with the same address, and this is ${version}.`;
  if (accepted === undefined) return '';
  return `In ${sayVersion(version)} OVN refuses a second port with the same address, so the first port was gone already when the second one came.`;
}

/** Two sources for each owner weigh more than annotations alone, and these more than IP objects alone. */
function confidenceOf(conflicts: readonly Conflict[], isYoung: boolean): Confidence {
  if (isYoung)
    return [
      0.5,
      'The younger pod is a few seconds old: one of the two may just be on its way out. Look again in 15 s.',
    ];
  const strength = ({ sources }: Conflict['owners'][number]) => {
    if (sources.length >= 2) return 0.98;
    return sources.includes('IP object') ? 0.6 : 0.85;
  };
  const weakest = Math.max(...conflicts.map(({ owners }) => Math.min(...owners.map(strength))));
  if (weakest === 0.98)
    return [0.98, 'For each owner two sources agree, and both pods are older than the time that a replacement takes.'];
  if (weakest === 0.85) return [0.85, 'The pods say so, but no IP object confirms it; OVN itself was not asked.'];
  return [0.6, 'For one owner only its IP object says so, which may be left over; ask OVN for its ports.'];
}

function ownerEvidence({ address, owners }: Conflict): [Evidence, ...Evidence[]] {
  const tell = ({ port, pod, sources }: Conflict['owners'][number]): Evidence => ({
    from: nameOf(referenceTo(pod)),
    says: `It runs on node ${pod.spec.nodeName ?? 'unknown'} with the logical port ${port.name}, and ${address} is its address by ${listed(sources.map((source) => (source === 'IP object' ? 'its IP object' : `its ${source}`)))}.`,
  });
  const [first, ...rest] = owners.map(tell);
  return [first ?? { from: `Address ${address}`, says: 'It has owners.' }, ...rest];
}

/** One owner gives way; when several addresses are double, the controller's memory is wrong. */
function remediesFor(conflicts: readonly Conflict[], seen: Seen): RemedyOffer[] {
  const choices = conflicts.map((conflict) => {
    const all = conflict.owners.flatMap(({ pod }) => seen.suitability.get(pod.metadata.uid) ?? []);
    return { conflict, all, victim: chooseVictim(all) };
  });
  const victims = [...new Set(choices.flatMap(({ victim }) => victim ?? []))];
  const undecided = choices.find(({ victim }) => victim === undefined);
  const scarce = conflicts.find(({ subnet }) =>
    isScarce(seen.requests.book.subnets.get(subnet), seen.limits.scarcePercent),
  );
  const excludes = conflicts.some(({ subnet }) => hasExcludedRanges(seen.requests.book.subnets.get(subnet)));
  const wanted = missingChanges(seen.version, [
    'vmAddressesRestored',
    'changedSubnetsKeepAddresses',
    ...(excludes ? (['excludedAddressesStayOut'] as const) : []),
  ]);
  return [
    ...(victims.length === 0 ? [] : [evictPod.with(podsToRecreate(victims))]),
    ...(conflicts.length < 2 ? [] : [leaderHandOver.with({ blockedBy: [] })]),
    ...(undecided === undefined ? [] : [choice(undecided.conflict, undecided.all)]),
    ...(scarce === undefined ? [] : [addAddresses.with({ subnet: scarce.subnet, what: `subnet ${scarce.subnet}` })]),
    ...(wanted.length === 0 ? [] : [upgradeForAddresses.with({ wanted })]),
  ];
}

/** The gateway is always left out; more than that somebody has written there. */
function hasExcludedRanges(subnet: Subnet | undefined): boolean {
  return (subnet?.spec.excludeIps ?? []).some((range) => !splitDualStack(subnet?.spec.gateway ?? '').includes(range));
}

function choice({ address }: Conflict, all: readonly Suitability[]): RemedyOffer {
  return chooseBetweenPods.with({
    address,
    owners: all.map(({ pod, unsuitable }) => ({
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      workload: nameOf(workloadOf(pod)),
      because: unsuitable ?? 'another one is younger',
    })),
  });
}

/** Up to v1.11 the second owner does not start at all; on a wire, another pod of ours may answer for the address. */
function inUse(group: RequestGroup, { requests, now }: Seen): Finding<typeof code> {
  const { first } = group;
  const { refusal } = first;
  const answering = refusal.is === 'answered' ? ownerOfMac(refusal.mac, requests.book) : undefined;
  const holder = answering ?? first.heldBy?.port ?? 'another port';
  const pods = replaceable(group).map(({ pod }) => pod);
  const how =
    answering === undefined
      ? 'was given'
      : 'was refused on its node, because the network card of this cluster’s own port answers for';
  return {
    code,
    about: group.workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: it ${how} ${sayAddress(first)}, which belongs to the running port ${holder}. It cannot start until it is given another one, and the controller tries the same again and again.`,
    confidence:
      answering === undefined
        ? [0.9, 'The refusal names the port that has the address, and its pod runs.']
        : [0.9, 'The MAC address that answers is that of a port of this cluster.'],
    evidence: evidenceOf(group),
    remedies: pods.length === 0 ? [] : [deleteWaitingPod.with({ ...podsToRecreate(pods), subnet: first.subnet })],
  };
}
