import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** The symptom has no fix of its own: its causes have. This is what to look at when none was found. */
export const lookAtNodeNetwork = defineManualRemedy({
  id: 'workload/look-at-node-network',
  does: 'Find out what the node lacks, when no cause stands above this finding.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'When a cause was found as well: that one has its own fix.',
    'Do not drain or reset the node first: what is wrong with it could not be seen any more.',
  ],
  input: z.object({ node: z.string(), kinds: z.array(z.string()), hasUnanswered: z.boolean() }),
  async instruct(_sight, { node, kinds, hasUnanswered }) {
    const on = word(node);
    return {
      steps: [
        `See whether the CNI's own pods on ${node} are ready: kubectl get pods -A -o wide --field-selector spec.nodeName=${on} | grep -E "calico|canal|flannel|kube-ovn|cilium|kube-proxy"`,
        `Read what the kubelet says of the pods there: kubectl get events -A --field-selector reason=FailedCreatePodSandBox`,
        ...(kinds.includes('range-full')
          ? [
              `On node ${node}, compare the files of /var/lib/cni/networks with the running pods. Files of pods that are gone may be removed.`,
            ]
          : []),
        ...(kinds.includes('bridge-address')
          ? [
              `On node ${node}, without pods on it: ip link delete cni0, which the plugin makes anew with the right address.`,
            ]
          : []),
        ...(kinds.includes('calico-forbidden')
          ? ['Apply the ClusterRole of the Calico version that runs; the error names the kind that may not be read.']
          : []),
        ...(hasUnanswered
          ? [
              `On node ${node}, see whether a new pod has its route: ip route get <address of the pod>. The answer should name an interface of that pod, not the default gateway and not "blackhole".`,
              'See whether a NetworkPolicy forbids the traffic: Calico and others let the kubelet of the same node through by default, some do not.',
            ]
          : []),
      ],
      effect: 'Looking changes nothing.',
    };
  },
});
