import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** An address that somebody wrote down is a decision of theirs, and no program takes it back. */
export const changeRequestedAddress = defineManualRemedy({
  id: 'kube-ovn/change-requested-address',
  does: 'Give the workload another address in its template, or free the one that it asks for.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By changing annotations of the pod itself: what it asks for stands in the template of its workload.'],
  input: z.object({
    workload: z.string(),
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    address: z.string(),
    subnet: z.string(),
    heldBy: z.string(),
  }),
  async instruct(_sight, { workload, kind, namespace, name, address, subnet, heldBy }) {
    const object = `${word(kind.toLowerCase())} ${word(name)}`;
    return {
      steps: [
        `Find what it asks for: kubectl -n ${word(namespace)} get ${object} -o yaml | grep -E "kubernetes.io/ip_(address|pool)"`,
        `See who has it: ${address} belongs to ${heldBy}.`,
        `Choose a free address: kubectl get subnets.kubeovn.io ${word(subnet)} -o jsonpath='{.spec.cidrBlock} {.spec.excludeIps} {.status.v4availableIPrange}'`,
        `Change the annotation ovn.kubernetes.io/ip_address or ip_pool in the template of ${workload}, or remove it: kubectl -n ${word(namespace)} edit ${object}`,
        'Where the other owner should give way instead, change that one in the same way first.',
      ],
      effect: 'The workload rolls its pods out with the new address.',
    };
  },
});
