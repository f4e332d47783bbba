import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const allowEgress = defineManualRemedy({
  id: 'workload/allow-egress',
  does: 'Add a rule that lets these pods send to the API server, if they are meant to.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'When the pods have no business with the API server: then the policy does what it is for, and the program is to be corrected.',
  ],
  input: z.object({ namespace: z.string(), policies: z.array(z.string()), addresses: z.array(z.string()) }),
  async instruct(_sight, { namespace, policies, addresses }) {
    const inNamespace = word(namespace);
    const blocks = addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`);
    return {
      steps: [
        `See what ${listed(policies)} allows: kubectl -n ${inNamespace} get networkpolicies -o yaml`,
        `Add an egress rule, at the source of the policy: to ipBlock ${listed(blocks)}, ports TCP 443 and 6443. A podSelector never matches the API server, which is on the host network.`,
        'Pods that run use it at once; no restart is needed.',
      ],
      effect: 'The pods that the policy selects may send to the API server. Nothing else changes.',
    };
  },
});
