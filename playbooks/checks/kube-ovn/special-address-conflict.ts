import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { nameOf, type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { type Port, runningOn } from '../../facts/kube-ovn/address-claims.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { isAsked } from '../../reads/kube-ovn/addresses.ts';
import {
  evidenceOf,
  groupsOf,
  measureRequests,
  type RequestGroup,
  replaceable,
  sayAddress,
  sayWaiting,
} from '../../reads/kube-ovn/request-groups.ts';
import { readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { readSpecialAddresses, type SpecialAddress, specialReads } from '../../reads/kube-ovn/special-addresses.ts';
import { readSuitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { changeRequestedAddress } from '../../remedies/kube-ovn/change-requested-address.ts';
import { deleteWaitingPod } from '../../remedies/kube-ovn/delete-waiting-pod.ts';
import { evictPod } from '../../remedies/kube-ovn/evict-pod.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'kube-ovn/special-address-conflict';

type Taken = { readonly port: Port; readonly pod: Pod; readonly special: SpecialAddress };

/** A pod has an address that the network itself needs. */
export const specialAddressConflict = defineCheck({
  id: code,
  asks: 'Is every pod’s address free of those that gateways, nodes and virtual addresses have?',
  appliesTo: whenInstalled,
  reads: [...requestReads, ...specialReads, ...victimReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Pod with an address of the network',
      leadsTo: ['workload/apiserver-unreachable', 'workload/network-not-ready'],
    },
  },
  remedies: [evictPod, deleteWaitingPod, changeRequestedAddress],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, settings, target } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const { book } = requests;
    const specials = await readSpecialAddresses(cluster, book);
    const byKey = new Map<string, SpecialAddress[]>();
    for (const special of specials) {
      const key = `${special.space} ${special.address}`;
      byKey.set(key, [...(byKey.get(key) ?? []), special]);
    }
    const taken = [...book.ports.values()].flatMap((port): Taken[] => {
      const [pod] = runningOn(port);
      if (pod === undefined) return [];
      return [...port.claims.keys()]
        .flatMap((address) => byKey.get(`${book.spaceOf(port.subnet)} ${address}`) ?? [])
        .filter(
          ({ isCarriedBy, address }) =>
            !isCarriedBy(pod) && isAsked(target, { addresses: [address], subnets: [port.subnet], pods: [pod] }),
        )
        .map((special) => ({ port, pod, special }));
    });
    const refused = groupsOf(requests, code, target);
    const measured = [
      { what: 'Pods with an address of the network', is: `${taken.length}, of ${specials.length} such addresses` },
      ...measureRequests(requests, 'Pods that were given such an address and wait', refused.length),
    ];
    const suitable =
      taken.length === 0
        ? []
        : await readSuitability(
            cluster,
            taken.map(({ pod }) => pod),
          );
    const unsuitable = new Map(suitable.map((one) => [one.pod.metadata.uid, one.unsuitable]));
    const groups = new Map<string, [Taken, ...Taken[]]>();
    for (const one of taken) {
      const key = nameOf(workloadOf(one.pod));
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [one]);
      else known.push(one);
    }
    return {
      findings: [
        ...[...groups.values()].map((all) => takenBy(all, unsuitable)),
        ...refused.map((group) => given(group, now)),
      ],
      measured,
    };
  }),
});

function takenBy(
  all: readonly [Taken, ...Taken[]],
  unsuitable: ReadonlyMap<string, string | undefined>,
): Finding<typeof code> {
  const [first] = all;
  const workload = workloadOf(first.pod);
  const { address, what } = first.special;
  const others = all.length === 1 ? '' : ` ${all.length - 1} more pods of ${nameOf(workload)} are in the same place.`;
  const free = all.filter(({ pod }) => unsuitable.get(pod.metadata.uid) === undefined).map(({ pod }) => pod);
  const isWritten = all.some(({ pod }) => /template names/.test(unsuitable.get(pod.metadata.uid) ?? ''));
  return {
    code,
    about: workload,
    says: `Pod ${first.pod.metadata.namespace ?? ''}/${first.pod.metadata.name} has ${address}, which is ${what}. Traffic that is meant for the one may reach the other, for every pod of subnet ${first.port.subnet}.${others} Newer builds refuse a static address that is the gateway (#6980).`,
    confidence:
      [...(first.port.claims.get(address) ?? [])].length >= 2
        ? [0.95, 'Two sources give the pod this address, and the network’s own object names it as well.']
        : [0.85, 'One source gives the pod this address, and the network’s own object names it as well.'],
    evidence: [
      {
        from: nameOf(referenceTo(first.pod)),
        says: `Its port ${first.port.name} has ${address} by ${listed([...(first.port.claims.get(address) ?? [])])}.`,
      },
      { from: 'kube-ovn’s own addresses', says: `${address} is ${what}, in ${first.special.space}.` },
      ...all.slice(1, 4).map(({ pod, special }) => ({
        from: nameOf(referenceTo(pod)),
        says: `It has ${special.address}, which is ${special.what}.`,
      })),
    ],
    remedies: [
      ...(free.length === 0 ? [] : [evictPod.with(podsToRecreate(free))]),
      ...(free.length > 0 && !isWritten ? [] : [change(workload, first.pod, address, first.port.subnet, what)]),
    ],
  };
}

function change(workload: ObjectReference, pod: Pod, address: string, subnet: string, heldBy: string): RemedyOffer {
  const { kind, name } = workload;
  return changeRequestedAddress.with({
    workload: nameOf(workload),
    kind,
    namespace: pod.metadata.namespace ?? '',
    name,
    address,
    subnet,
    heldBy,
  });
}

/** The controller handed out an address that it should have kept to itself. */
function given(group: RequestGroup, now: Date): Finding<typeof code> {
  const { first } = group;
  const pods = replaceable(group).map(({ pod }) => pod);
  return {
    code,
    severity: 'warning',
    about: group.workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: it was given ${sayAddress(first)}, which the network itself needs, and is refused.`,
    confidence: [0.9, 'The refusal says so.'],
    evidence: evidenceOf(group),
    remedies: pods.length === 0 ? [] : [deleteWaitingPod.with({ ...podsToRecreate(pods), subnet: first.subnet })],
  };
}
