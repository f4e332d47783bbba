import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

const mostNamed = 10;

/** Pods that were made while the controller could not serve them may stay stuck after it can again (#7497). */
export const recreateWaitingPods = defineManualRemedy({
  id: 'kube-ovn/recreate-waiting-pods',
  does: 'After the hand-over, delete the pods that still wait for an address, so that they are made anew.',
  risk: 'low',
  reversible: false,
  whenNotToUse: ['Before a new controller leads: the replacements would wait just the same.'],
  input: z.object({ pods: z.array(z.object({ namespace: z.string(), name: z.string() })) }),
  async instruct(_sight, { pods }) {
    const rest = pods.length - mostNamed;
    return {
      steps: [
        'Give the new leader 2 minutes; most pods get their address by the next try of the kubelet.',
        ...pods
          .slice(0, mostNamed)
          .map(({ namespace, name }) => `If it still waits: kubectl -n ${word(namespace)} delete pod ${word(name)}`),
        ...(rest > 0 ? [`${rest} more wait: kubectl get pods -A --field-selector status.phase=Pending`] : []),
      ],
      effect: 'None of them has ever run, so nobody notices but whoever waits for them.',
      touches: { nodes: 0, pods: pods.length },
    };
  },
});
