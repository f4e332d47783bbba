import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import {
  evidenceOf,
  groupsOf,
  measureRequests,
  type RequestGroup,
  sayAddress,
  sayWaiting,
} from '../../reads/kube-ovn/request-groups.ts';
import { readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { findExternalDevice } from '../../remedies/kube-ovn/find-external-device.ts';

const code = 'kube-ovn/external-address-conflict';

/** kube-ovn-cni asks the wire who has an address before a pod gets it, and may be mistaken (kube-ovn#2659). */
export const externalAddressConflict = defineCheck({
  id: code,
  asks: 'Is every address of an underlay subnet free of devices outside the cluster?',
  appliesTo: whenInstalled,
  reads: requestReads,
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Address in use outside the cluster',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [findExternalDevice],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const requests = await readRequests(sight, sight.settings.waitSeconds);
    const groups = groupsOf(requests, code, sight.target);
    const isWired = (subnet: string) => (requests.book.subnets.get(subnet)?.spec.vlan ?? '') !== '';
    return {
      findings: groups.map((group) => outside(group, isWired(group.first.subnet), sight.now)),
      measured: measureRequests(requests, 'Pods whose address a device outside the cluster answers for', groups.length),
    };
  }),
});

function outside(group: RequestGroup, isUnderlay: boolean, now: Date): Finding<typeof code> {
  const { first, workload } = group;
  const { refusal } = first;
  const mac = refusal.is === 'answered' ? refusal.mac : 'an unknown MAC address';
  return {
    code,
    about: workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: before it used ${sayAddress(first)}, its node asked the network, and ${mac} answered, which is no port of this cluster. Some device has that address, or a router answers for all of them; false alarms are known (#2659).`,
    confidence: isUnderlay
      ? [0.8, 'The MAC address is in no pod, node or IP object; but a false alarm looks the same.']
      : [0.6, 'The MAC address is in no pod, node or IP object, but the subnet is not known as an underlay subnet.'],
    evidence: evidenceOf(group),
    remedies: [
      findExternalDevice.with({
        address: first.address ?? '',
        mac,
        subnet: first.subnet,
        node: first.pod.spec.nodeName ?? '',
      }),
    ],
  };
}
