import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** A network that is full is a matter of planning, and every way out touches the design of it. */
export const addAddresses = defineManualRemedy({
  id: 'kube-ovn/add-addresses',
  does: 'Make room: a further subnet for new pods, a wider CIDR, or fewer pods.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'By editing excludeIps on versions before v1.15.24 without need: addresses in use were given out again after such edits (#7276, #5522).',
    'By deleting IP objects of pods that live: their network would be cut.',
  ],
  input: z.object({ subnet: z.string(), what: z.string() }),
  async instruct(_sight, { subnet, what }) {
    const name = word(subnet);
    return {
      steps: [
        `See who uses the addresses: kubectl get ips.kubeovn.io -l ovn.kubernetes.io/subnet=${name} --sort-by=.metadata.creationTimestamp`,
        `Scale down what is not needed: pods in ${what} that wait get an address as soon as one is free.`,
        'Make a second subnet, and bind namespaces or new workloads to it: kubectl get subnets.kubeovn.io -o custom-columns=NAME:.metadata.name,CIDR:.spec.cidrBlock,FREE:.status.v4availableIPs',
        `Or widen the CIDR, when the addresses behind it are free and routed: kubectl edit subnets.kubeovn.io ${name}. Running pods keep their network, but with the old prefix length until they are recreated.`,
      ],
      effect: 'New pods get addresses as soon as there are some. Nothing changes for running ones.',
    };
  },
});
