import { z } from 'zod';
import { defineManualRemedy } from '../manual.ts';

export const allocateNodeCidrs = defineManualRemedy({
  id: 'canal/allocate-node-cidrs',
  does: 'Let the controller-manager give every node a pod CIDR.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'With another cluster CIDR than the nodes have theirs from: the controller-manager then refuses to start its node IPAM.',
    'By writing spec.podCIDR by hand: the next node may be given the same block.',
  ],
  input: z.object({
    cause: z.enum(['off', 'no-cluster-cidr', 'exhausted', 'not-ready', 'unknown']),
    wanted: z.string(),
  }),
  async instruct(_sight, { cause, wanted }) {
    const manifest =
      'On each control-plane node, one after another, in /etc/kubernetes/manifests/kube-controller-manager.yaml (keep the copy outside that folder: the kubelet runs every manifest in it)';
    const steps = {
      off: [`${manifest}, add --allocate-node-cidrs=true and --cluster-cidr=${wanted}.`],
      'no-cluster-cidr': [`${manifest}, add --cluster-cidr=${wanted}.`],
      exhausted: [
        'See how many blocks there are, and who has them: kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR',
        'Delete Node objects of machines that are gone for good: each gives its block back.',
        'If there are none, the cluster CIDR is too small for so many nodes: a larger one, that holds the old one, needs a maintenance window.',
      ],
      'not-ready': [
        'See why the controller-manager is not ready: kubectl -n kube-system logs -l component=kube-controller-manager --tail=50',
      ],
      unknown: [
        'See whether the controller-manager runs with --allocate-node-cidrs=true and a --cluster-cidr: kubectl -n kube-system get pods -l component=kube-controller-manager -o yaml, or, on RKE1 and K3s, the process on the control-plane nodes.',
      ],
    } as const;
    return {
      steps: [
        ...steps[cause],
        'See that the nodes have one: kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR',
      ],
      effect: 'A node that gets its block starts its flannel within a minute. Other nodes are not touched.',
    };
  },
});
