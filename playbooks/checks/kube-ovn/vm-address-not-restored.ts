import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf } from '../../../src/core/reference.ts';
import { rebuiltAddresses } from '../../facts/kube-ovn/address-log.ts';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import type { LeaderLock } from '../../facts/kube-ovn/leader-lock.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import { readController } from '../../reads/kube-ovn/controller.ts';
import { evidenceFrom } from '../../reads/kube-ovn/controller-logs.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
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
import { sayTaken, type Taken, takenFrom, takerEvidence } from '../../reads/kube-ovn/taken-addresses.ts';
import { readSuitability, type Suitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { chooseBetweenPods } from '../../remedies/kube-ovn/choose-between-pods.ts';
import { deleteWaitingPod } from '../../remedies/kube-ovn/delete-waiting-pod.ts';
import { evictPod } from '../../remedies/kube-ovn/evict-pod.ts';
import { giveWay } from '../../remedies/kube-ovn/give-way.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { secureMachineAddresses } from '../../remedies/kube-ovn/secure-machine-addresses.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'kube-ovn/vm-address-not-restored';

type Seen = {
  readonly requests: Requests;
  readonly lock: LeaderLock | undefined;
  readonly keepVmIp: boolean;
  readonly version: string | undefined;
  readonly now: Date;
};

/** Before kube-ovn#1974 a starting controller forgot stopped machines, and before #5557 their further networks. */
export const vmAddressNotRestored = defineCheck({
  id: code,
  asks: 'Are the addresses of stopped virtual machines kept from other pods?',
  appliesTo: whenInstalled,
  reads: [...requestReads, ...leaderReads, ...victimReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Address of a stopped machine given away',
      leadsTo: ['kube-ovn/address-squatter', 'kube-ovn/address-conflict', 'workload/network-not-ready'],
    },
  },
  remedies: [deleteWaitingPod, evictPod, leaderHandOver, chooseBetweenPods, secureMachineAddresses],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, platform, settings, target } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const groups = groupsOf(requests, code, target);
    const { settings: controller } = await readController(sight);
    const asked = { target, now, settleMilliseconds: settings.waitSeconds * 1000 };
    // A controller that is not told to keep addresses gives them on rightly.
    const taken = controller.keepVmIp ? takenFrom('stopped-machine', requests, asked) : [];
    const measured = [
      ...measureRequests(requests, 'Pods refused for the address of a stopped machine', groups.length),
      { what: 'Addresses of stopped machines that a running pod has', is: String(taken.length) },
    ];
    if (groups.length === 0 && taken.length === 0) return { findings: [], measured };
    const { lock } = await readLeadership(sight);
    const { version } = installed(platform);
    const seen: Seen = { requests, lock, keepVmIp: controller.keepVmIp, version, now };
    const takers = taken.map(({ taker }) => taker);
    const suitable = takers.length === 0 ? [] : await readSuitability(cluster, takers);
    return {
      findings: [
        ...groups.map((group) => givenAway(group, seen)),
        ...taken.map((one) => inOtherHands(one, seen, suitable)),
      ],
      measured,
    };
  }),
});

function givenAway(group: RequestGroup, seen: Seen): Finding<typeof code> {
  const { first, workload } = group;
  const { now, requests } = seen;
  const holder = first.heldBy?.holder;
  const machine =
    holder?.is === 'stopped-machine'
      ? `${holder.machine.metadata.namespace ?? ''}/${holder.machine.metadata.name}`
      : 'a virtual machine';
  const object = requests.book.ports.get(first.heldBy?.port ?? '')?.object;
  const pods = replaceable(group).map(({ pod }) => pod);
  const { subnet } = first;
  const address = first.address ?? '';
  return {
    code,
    about: workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: it was given ${sayAddress(first)}, which the stopped virtual machine ${machine} keeps. ${why(seen)} The controller tries the same address again and again.`,
    confidence: confidenceOf(seen, object, first.subnet),
    evidence: evidenceOf(group, ...objectEvidence(object), ...startEvidence(group, seen)),
    remedies: [
      ...(pods.length === 0 ? [] : [deleteWaitingPod.with({ ...podsToRecreate(pods), subnet })]),
      // A pod of a machine keeps its address over a deletion: only a controller that starts anew gives it another one.
      ...(pods.length === 0 ? [leaderHandOver.with({ blockedBy: [] })] : []),
      secureMachineAddresses.with({ machines: [machine], subnet, address }),
    ],
  };
}

/** Nothing fails before the machine is started: then it, or the pod, is without an address. */
function inOtherHands(
  taken: Taken<'stopped-machine'>,
  seen: Seen,
  suitable: readonly Suitability[],
): Finding<typeof code> {
  const { address, object, subnet, taker } = taken;
  const { namespace = '', name } = taken.keeper.machine.metadata;
  return {
    code,
    severity: 'warning',
    about: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', namespace, name },
    says: `The stopped virtual machine ${namespace}/${name} ${sayTaken(taken)}. The machine cannot start with its address before that pod lets it go. ${why(seen)}`,
    confidence: confidenceOf(seen, object, subnet),
    evidence: [takerEvidence(taken), ...objectEvidence(object)],
    remedies: [
      giveWay(taker, suitable, address),
      secureMachineAddresses.with({ machines: [`${namespace}/${name}`], subnet, address }),
    ],
  };
}

function why({ version, keepVmIp }: Seen): string {
  if (!keepVmIp)
    return 'The controller is not told to keep such addresses (--keep-vm-ip is off), yet the port is there.';
  const restored = has(version, changes.vmAddressesRestored);
  if (restored === undefined)
    return 'The version of kube-ovn is not known; before v1.8.14, v1.9.13 and v1.10.7 a starting controller forgets such addresses.';
  if (!restored)
    return `When it starts, ${sayVersion(version)} does not restore the addresses of stopped machines, ${unlessBackported(changes.vmAddressesRestored)}.`;
  const further =
    has(version, addressChanges.machineNetworksKept) === true
      ? ''
      : ` For further networks of a machine that holds only from v1.14.5 on, ${unlessBackported(addressChanges.machineNetworksKept)}.`;
  return `${sayVersion(version)} should restore such addresses when it starts; see whether the IP object names the wrong kind or subnet.${further}`;
}

function confidenceOf({ version, keepVmIp }: Seen, object: Ip | undefined, subnet: string): Confidence {
  if (!keepVmIp)
    return [0.6, 'The machine is stopped and its port has the address, but the controller should not have kept it.'];
  const restored = has(version, changes.vmAddressesRestored);
  if (restored === false)
    return [0.95, 'The machine is stopped, its port has the address, and this version is known to forget it.'];
  if (restored === undefined)
    return [0.8, 'The machine is stopped and its port has the address; whether this version forgets it is not known.'];
  const odd =
    object !== undefined &&
    (object.spec.podType !== 'VirtualMachine' || (subnet !== '' && object.spec.subnet !== subnet));
  return odd
    ? [
        0.75,
        'This version restores such addresses, but the IP object of the machine does not say that it is one, or names another subnet.',
      ]
    : [0.7, 'This version restores such addresses, so something else made it forget this one.'];
}

function objectEvidence(object: Ip | undefined): Evidence[] {
  if (object === undefined) return [];
  const { podType, v4IpAddress, v6IpAddress, subnet } = object.spec;
  const kind = podType === '' ? 'is empty, so that a controller without #1974 does not restore it' : `is ${podType}`;
  const addresses = [v4IpAddress, v6IpAddress].filter((one) => one !== '').join(' and ');
  return [
    {
      from: `IP ${object.metadata.name}, spec`,
      says: `It holds ${addresses} of subnet ${subnet}; its podType ${kind}.`,
    },
  ];
}

const relatedMilliseconds = 86_400_000;

/** The first refusal within a day of a controller's start is what this fault looks like. */
function startEvidence({ first }: RequestGroup, { lock, now, requests }: Seen): Evidence[] {
  const rebuilt = evidenceFrom(
    requests.logs,
    (log) => log.lines.filter(({ text }) => rebuiltAddresses.test(text)),
    (_count, { pod }) => `${pod} rebuilt what it knows of addresses when it started.`,
  );
  const { firstRefused } = first;
  if (lock?.acquiredAt === undefined || firstRefused === undefined) return rebuilt;
  const after = firstRefused.getTime() - lock.acquiredAt.getTime();
  if (after < 0 || after > relatedMilliseconds) return rebuilt;
  return [
    {
      from: nameOf(lock.object),
      says: `${lock.holder} leads since ${sayTime(lock.acquiredAt, now)}; the first refusal came ${sayDuration(after)} later.`,
    },
    ...rebuilt,
  ];
}
