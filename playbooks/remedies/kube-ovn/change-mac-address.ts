import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const changeMacAddress = defineManualRemedy({
  id: 'kube-ovn/change-mac-address',
  does: 'Give one of the owners another MAC address.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['For a virtual machine whose licence or DHCP lease hangs on its MAC address: change the other one.'],
  input: z.object({
    mac: z.string(),
    owners: z.array(z.object({ workload: z.string(), namespace: z.string(), pod: z.string() })),
  }),
  async instruct(_sight, { mac, owners }) {
    return {
      steps: [
        ...owners.map(
          ({ workload, namespace, pod }) =>
            `See where ${workload} has it from: kubectl -n ${word(namespace)} get pod ${word(pod)} -o yaml | grep -i ${mac}`,
        ),
        'Look in its template for ovn.kubernetes.io/mac_address, and in a virtual machine for spec.template.spec.domain.devices.interfaces[].macAddress: a cloned machine brings both.',
        'Remove it from one of them, so that the controller gives it one of its own.',
        'Recreate that pod, or stop and start that machine.',
      ],
      effect: 'The one that is changed is away while it starts anew.',
      touches: { nodes: 0, pods: 1 },
    };
  },
});
