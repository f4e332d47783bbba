import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Confidence, Finding } from '../../../src/core/finding.ts';
import { nameOf } from '../../../src/core/reference.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { sayHolder } from '../../facts/kube-ovn/holders.ts';
import { poolAddressesOf } from '../../facts/kube-ovn/pod-networks.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import {
  evidenceOf,
  groupsOf,
  measureRequests,
  type RequestGroup,
  replaceable,
  sayAddress,
  sayWaiting,
} from '../../reads/kube-ovn/request-groups.ts';
import { type Request, readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { changeRequestedAddress } from '../../remedies/kube-ovn/change-requested-address.ts';
import { deleteWaitingPod } from '../../remedies/kube-ovn/delete-waiting-pod.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'kube-ovn/static-address-clash';

/** A mistake in the configuration: the address belongs to another, which may be a StatefulSet that is scaled down. */
export const staticAddressClash = defineCheck({
  id: code,
  asks: 'Can every pod have the address that somebody wrote down for it?',
  appliesTo: whenInstalled,
  reads: requestReads,
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Requested address belongs to another',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [deleteWaitingPod, changeRequestedAddress],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const requests = await readRequests(sight, sight.settings.waitSeconds);
    const groups = groupsOf(requests, code, sight.target);
    return {
      findings: groups.map((group) => clash(group, sight.now)),
      measured: measureRequests(requests, 'Pods whose requested address is not to be had', groups.length),
    };
  }),
});

function clash(group: RequestGroup, now: Date): Finding<typeof code> {
  const { first, workload } = group;
  const pods = replaceable(group).map(({ pod }) => pod);
  const { kind, name, namespace = '' } = workload;
  const change = changeRequestedAddress.with({
    workload: nameOf(workload),
    kind,
    namespace,
    name,
    address: first.address ?? 'the address',
    subnet: first.subnet,
    heldBy: whoHasIt(first),
  });
  return {
    code,
    about: workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: ${whatIsWrong(first)}`,
    confidence: confidenceOf(first),
    evidence: evidenceOf(group),
    remedies: pods.length > 0 ? [deleteWaitingPod.with({ ...podsToRecreate(pods), subnet: first.subnet })] : [change],
  };
}

function whoHasIt({ heldBy, refusal }: Request): string {
  if (heldBy !== undefined) return sayHolder(heldBy.holder, heldBy.port);
  return refusal.is === 'gateway'
    ? 'the gateway of the subnet'
    : 'nobody in this subnet, because it lies outside of it';
}

function whatIsWrong(request: Request): string {
  const asks =
    request.wants === 'any' ? `it was given ${sayAddress(request)}` : `its template asks for ${sayAddress(request)}`;
  const pool = poolAddressesOf(request.pod);
  if (request.refusal.is === 'exhausted' && pool.length > 1)
    return `its template asks for one of ${pool.length} addresses (${listed(pool, 5)}), and others have them all; ${sayAddress(request)} belongs to ${whoHasIt(request)}. The pool needs more addresses, or fewer pods that use it.`;
  if (request.refusal.is === 'out-of-range')
    return `${asks}, which lies outside of the subnet or is left out of it. Nothing but another address helps.`;
  const holder = request.heldBy?.holder;
  const design =
    holder?.is === 'stateful-set' || holder?.is === 'reserved'
      ? ' That address is kept by design, so whoever asks for it must change.'
      : ' This is a matter of configuration: the controller does right to refuse it.';
  return `${asks}, which belongs to ${whoHasIt(request)}.${design}`;
}

function confidenceOf({ heldBy, refusal, wants, firstRefused }: Request): Confidence {
  if (refusal.is === 'out-of-range') return [0.9, 'The controller names the address as out of range.'];
  const holder = heldBy?.holder;
  if (holder?.is === 'alive' && firstRefused === undefined)
    return [
      0.8,
      'The pod asks for this very address, and a living pod has it; but nothing tells of a refusal any more.',
    ];
  if (holder?.is === 'stateful-set')
    return [0.9, 'The address is that of an ordinal of a StatefulSet, which keeps it.'];
  if (holder?.is === 'alive' && wants === 'static')
    return [0.95, 'The pod asks for this very address, and a living pod has it.'];
  return [0.9, 'The pod asks for this very address, and its owner is known.'];
}
