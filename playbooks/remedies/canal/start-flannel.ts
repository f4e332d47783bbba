import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const startFlannel = defineManualRemedy({
  id: 'canal/start-flannel',
  does: 'Take away what keeps flannel from starting on these nodes.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'By writing /run/flannel/subnet.env by hand: flannel writes it when it runs, and a wrong one sends pods the wrong way.',
    'By restarting the node: the pod comes back with the same trouble.',
  ],
  input: z.object({
    namespace: z.string(),
    pods: z.array(z.string()),
    reason: z.enum(['cidr', 'no-cidr', 'configuration', 'br_netfilter', 'api-server', 'unscheduled', 'unknown']),
  }),
  async instruct(_sight, { namespace, pods, reason }) {
    const pod = word(pods[0] ?? 'POD');
    const inNamespace = word(namespace);
    const steps = {
      cidr: ['Make the network of flannel hold the pod CIDR of the node; the finding about pod CIDRs says how.'],
      'no-cidr': ['Let the controller-manager give the node a pod CIDR; the finding about nodes without one says how.'],
      configuration: [
        `Correct net-conf.json: kubectl -n ${inNamespace} get configmaps -o yaml, and compare it with the manifest of your version.`,
      ],
      br_netfilter: [
        'On the node, as root: modprobe br_netfilter && echo br_netfilter > /etc/modules-load.d/br_netfilter.conf',
      ],
      'api-server': [
        'flannel runs on the host network. See whether the node itself reaches the API server: curl -k --max-time 5 https://KUBERNETES_SERVICE_ADDRESS/healthz on the node, and kube-proxy there.',
      ],
      unscheduled: [
        `See why the DaemonSet puts no pod there: its nodeSelector and tolerations, and the taints of the node.`,
      ],
      unknown: [`See the events of the pod: kubectl -n ${inNamespace} describe pod ${pod}`],
    } as const;
    return {
      steps: [
        `Read why it stopped: kubectl -n ${inNamespace} logs ${pod} -c kube-flannel --previous`,
        ...steps[reason],
        'It starts by itself within 5 minutes, the longest pause of a crash loop; deleting the pod makes it try at once.',
      ],
      effect: 'Pods that run on these nodes keep their network. New ones start as soon as flannel has.',
      touches: { nodes: pods.length, pods: pods.length },
    };
  },
});
