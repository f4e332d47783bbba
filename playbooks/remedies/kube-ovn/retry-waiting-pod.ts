import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** The work queue's retries grow to 16 minutes; a new launcher is asked about at once. */
export const retryWaitingPod = defineManualRemedy({
  id: 'kube-ovn/retry-waiting-pod',
  does: 'Let the waiting pod ask again once its address is free.',
  risk: 'low',
  reversible: false,
  whenNotToUse: ['While somebody else still has the address: the pod would only be refused again.'],
  input: z.object({ namespace: z.string(), pod: z.string(), address: z.string() }),
  async instruct(_sight, { namespace, pod, address }) {
    return {
      steps: [
        `See that nobody has ${address} any more: kubectl get ips.kubeovn.io | grep -w ${address}`,
        `Wait up to 2 minutes for the controller’s own retry: kubectl -n ${word(namespace)} get pod ${word(pod)} -w`,
        `If nothing moves, because retries can be 16 minutes apart, delete the pod that never started: kubectl -n ${word(namespace)} delete pod ${word(pod)}`,
      ],
      effect: 'Its owner makes it anew, and it asks for its own address first.',
      touches: { nodes: 0, pods: 1 },
    };
  },
});
