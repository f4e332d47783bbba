import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const findExternalDevice = defineManualRemedy({
  id: 'kube-ovn/find-external-device',
  does: 'Find the device outside the cluster that answers for the address, and take the address away from one of the two.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By turning the check off (--enable-arp-detect-ip-conflict=false) while a device really answers: both would then use the address.',
  ],
  input: z.object({ address: z.string(), mac: z.string(), subnet: z.string(), node: z.string() }),
  async instruct(_sight, { address, mac, subnet, node }) {
    return {
      steps: [
        `Ask the network who answers, from node ${node}: arping -D -I INTERFACE -c 3 ${address}`,
        `Find ${mac} in the address tables of the switches; its first three bytes name the maker.`,
        'See whether a router or firewall answers for every address of the network (proxy ARP): then it is a false alarm, and the cause is there.',
        `Give the device another address, or keep the subnet off it: add ${address} to spec.excludeIps with kubectl edit subnets.kubeovn.io ${word(subnet)}`,
        'Delete the waiting pod if it should take another address at once.',
      ],
      effect: 'The kubelet tries again by itself once nobody answers for the address any more.',
    };
  },
});
