import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

const Owner = z.object({ namespace: z.string(), pod: z.string(), workload: z.string(), because: z.string() });

/** Where every owner of an address is precious, a person decides which one gives way. */
export const chooseBetweenPods = defineManualRemedy({
  id: 'kube-ovn/choose-between-pods',
  does: 'Decide which of the pods that share an address gives way, and recreate it.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: ['By recreating both: they may end up with one address again.'],
  input: z.object({ address: z.string(), owners: z.array(Owner) }),
  async instruct(_sight, { address, owners }) {
    return {
      steps: [
        ...owners.map(
          ({ namespace, pod, workload, because }) =>
            `${workload}, pod ${namespace}/${pod}: it is not chosen without you, because ${because}.`,
        ),
        'Prefer the one whose work others can do meanwhile, that holds no state, and whose template names no address.',
        `Save it when nobody makes it anew: kubectl -n NAMESPACE get pod NAME -o yaml > pod.yaml`,
        ...owners.map(({ namespace, pod }) => `Or this one: kubectl -n ${word(namespace)} delete pod ${word(pod)}`),
        `See that ${address} has one owner left: kubectl get ips.kubeovn.io | grep -w ${address}`,
      ],
      effect: 'One of the pods stops and comes back with another address. The other one keeps its own undisturbed.',
      touches: { nodes: 0, pods: 1 },
    };
  },
});
