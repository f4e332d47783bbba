import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const recreateBlockingPod = defineManualRemedy({
  id: 'kube-ovn/recreate-blocking-pod',
  does: 'Recreate the pod that the reconcile of a subnet stops at, so that it can pass.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'For a pod that nothing recreates, or for the launcher of a running virtual machine.',
    'When the template of the pod itself names a network that is gone: correct the template, or the new pod blocks it too.',
    'When a PodDisruptionBudget says no: an eviction is refused then, and a deletion would ignore it.',
  ],
  input: z.object({ namespace: z.string(), pod: z.string(), owner: z.string(), isBare: z.boolean() }),
  async instruct(_sight, { namespace, pod, owner, isBare }) {
    const [inNamespace, name] = [word(namespace), word(pod)];
    return {
      steps: [
        isBare
          ? `Save the pod first, because nothing recreates it: kubectl -n ${inNamespace} get pod ${name} -o yaml > ${name}.yaml`
          : `See that ${owner} can spare it: kubectl -n ${inNamespace} get poddisruptionbudgets`,
        `Delete it: kubectl -n ${inNamespace} delete pod ${name}`,
        'Wait up to 3 minutes for the subnet. If it is not ready by then, hand over the leader of the controllers: its retries may be 16 minutes apart.',
      ],
      effect: `One pod of ${owner} restarts. The next retry of the controller no longer meets it.`,
      touches: { nodes: 0, pods: 1 },
    };
  },
});
