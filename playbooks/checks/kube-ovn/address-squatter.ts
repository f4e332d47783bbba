import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import {
  evidenceOf,
  groupsOf,
  measureRequests,
  type RequestGroup,
  sayAddress,
  sayWaiting,
} from '../../reads/kube-ovn/request-groups.ts';
import { readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { keptEvidence, sayTaken, type Taken, takenFrom, takerEvidence } from '../../reads/kube-ovn/taken-addresses.ts';
import { readSuitability, type Suitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { chooseBetweenPods } from '../../remedies/kube-ovn/choose-between-pods.ts';
import { evictPod } from '../../remedies/kube-ovn/evict-pod.ts';
import { giveWay } from '../../remedies/kube-ovn/give-way.ts';
import { retryWaitingPod } from '../../remedies/kube-ovn/retry-waiting-pod.ts';

const code = 'kube-ovn/address-squatter';

/** The mirror image of `kube-ovn/vm-address-not-restored`: the other pod got the address, and its owner has to wait. */
export const addressSquatter = defineCheck({
  id: code,
  asks: 'Does no pod have the address that a virtual machine or a StatefulSet keeps for its own?',
  appliesTo: whenInstalled,
  reads: [...requestReads, ...victimReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Kept address taken by another pod',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [evictPod, chooseBetweenPods, retryWaitingPod],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, settings, target, now } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const groups = groupsOf(requests, code, target);
    const taken = takenFrom('stateful-set', requests, {
      target,
      now,
      settleMilliseconds: settings.waitSeconds * 1000,
    });
    const measured = [
      ...measureRequests(requests, 'Pods whose kept address another pod has', groups.length),
      { what: 'Addresses kept for ordinals without a pod that another pod has', is: String(taken.length) },
    ];
    const squatters = [
      ...groups.flatMap(({ requests: all }) => all.flatMap((one) => squatterOf(one) ?? [])),
      ...taken.map(({ taker }) => taker),
    ];
    const suitable = squatters.length === 0 ? [] : await readSuitability(cluster, squatters);
    return {
      findings: [
        ...groups.map((group) => squatted(group, suitable, now)),
        ...taken.map((one) => takenMeanwhile(one, suitable)),
      ],
      measured,
    };
  }),
});

function squatterOf({ heldBy }: RequestGroup['first']): Pod | undefined {
  return heldBy?.holder.is === 'alive' ? heldBy.holder.pod : undefined;
}

function squatted(group: RequestGroup, suitable: readonly Suitability[], now: Date): Finding<typeof code> {
  const { first, workload } = group;
  const squatter = squatterOf(first);
  const name =
    squatter === undefined ? first.heldBy?.port : `${squatter.metadata.namespace ?? ''}/${squatter.metadata.name}`;
  const owner = squatter === undefined ? '' : ` of ${nameOf(workloadOf(squatter))}`;
  const isMachine = workload.kind === 'VirtualMachineInstance';
  return {
    code,
    about: workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: ${isMachine ? `the virtual machine ${workload.name}` : nameOf(workload)} keeps ${sayAddress(first)} for its own, but the running pod ${name ?? 'of another workload'}${owner} has it now. It cannot start before that pod lets the address go.`,
    confidence: [
      0.9,
      'The address was kept for it before the pod was made, and a living pod has it; OVN itself was not asked.',
    ],
    evidence: evidenceOf(
      group,
      ...(squatter === undefined ? [] : [squatterEvidence(squatter, first.heldBy?.port ?? '')]),
    ),
    remedies: [
      ...(squatter === undefined ? [] : [giveWay(squatter, suitable, first.address ?? '')]),
      retryWaitingPod.with({
        namespace: first.pod.metadata.namespace ?? '',
        pod: first.pod.metadata.name,
        address: first.address ?? '',
      }),
    ],
  };
}

function squatterEvidence(pod: Pod, port: string) {
  const since =
    pod.metadata.creationTimestamp === undefined
      ? ''
      : ` since ${pod.metadata.creationTimestamp.toISOString().slice(0, 19)}Z`;
  return {
    from: nameOf(referenceTo(pod)),
    says: `It is ${pod.status.phase}${since}, and its port ${port} has the address.`,
  };
}

/** Nobody waits yet: the ordinal has no pod now, as after scaling down. */
function takenMeanwhile(taken: Taken<'stateful-set'>, suitable: readonly Suitability[]): Finding<typeof code> {
  const { set } = taken.keeper;
  return {
    code,
    severity: 'warning',
    about: referenceTo(set),
    says: `${nameOf(referenceTo(set))} ${sayTaken(taken)}. The pod that the address is kept for (${taken.object.spec.podName}) cannot start before that one lets it go.`,
    confidence: [0.85, 'The IP object keeps the address, and a running pod has it; OVN itself was not asked.'],
    evidence: [keptEvidence(taken), takerEvidence(taken)],
    remedies: [giveWay(taken.taker, suitable, taken.address)],
  };
}
