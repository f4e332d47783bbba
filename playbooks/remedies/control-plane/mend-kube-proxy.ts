import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const mendKubeProxy = defineManualRemedy({
  id: 'control-plane/mend-kube-proxy',
  does: 'Find out what keeps kube-proxy from writing its rules on these nodes, and mend that.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By flushing all rules of the node: that cuts every Service and the policies of the network off.'],
  input: z.object({ nodes: z.array(z.string()), trouble: z.enum(['sync', 'api-server', 'down', 'missing']) }),
  async instruct(_sight, { nodes, trouble }) {
    const [first = 'NODE'] = nodes;
    const node = word(first);
    const steps = {
      sync: [
        'Read the whole error: after "iptables-restore" stands the rule that is refused, and the line of it.',
        `On node ${node}, compare the versions: iptables --version there and in the pod. A rule of another program in the other backend (nft, legacy) is often the reason; "unknown option" means that the node’s is too old.`,
        `See whether somebody holds the lock: lsof /run/xtables.lock on node ${node}.`,
      ],
      'api-server': [
        `kube-proxy does not use a Service to reach the API server but the address in its kubeconfig. Try it on node ${node}: kubectl -n kube-system get configmap kube-proxy -o yaml shows it.`,
        'Unauthorized means that its token or certificate is no longer taken: restart it on that node.',
      ],
      down: [
        `Read why it stopped: kubectl -n kube-system get pods -o wide, and kubectl -n kube-system logs POD --previous of the one on ${node}.`,
      ],
      missing: [
        `See why there is none: kubectl -n kube-system describe daemonset kube-proxy, and the taints of ${listed(nodes.map(word), 4)}.`,
      ],
    } as const;
    return {
      steps: [
        ...steps[trouble],
        `On RKE2 it is a static pod: restart it with the service, systemctl restart rke2-agent (or rke2-server) on ${node}.`,
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
