import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** What is looked at on the node before anything goes around it. */
export const mendHostPath = defineManualRemedy({
  id: 'control-plane/mend-host-path',
  does: 'Find out on the control-plane nodes why the address of the Service does not answer, and mend that.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By restarting metrics-server: it answers.'],
  input: z.object({ address: z.string(), port: z.number(), nodes: z.array(z.string()), pods: z.array(z.string()) }),
  async instruct(_sight, { address, port, nodes, pods }) {
    const where = nodes.length === 0 ? 'every control-plane node' : listed(nodes.map(word));
    return {
      steps: [
        `On ${where}: curl -sk -m 5 -o /dev/null -w "%{http_code}" https://${word(address)}:${port}/ gives 000 where the path is broken, and 401 or 403 where it is whole.`,
        ...pods.map(
          (pod) =>
            `Compare the address of a pod: curl -sk -m 5 -o /dev/null -w "%{http_code}" https://${word(pod)}/ answers, if the fault is what it seems.`,
        ),
        `See whether kube-proxy wrote the rules there: iptables-save | grep ${word(address)}, or ipvsadm -Ln | grep -A3 ${word(address)}. Without them it is kube-proxy; with them it is what happens to the packet behind them.`,
        'With rules, and a pod on another node: the kernel may send VXLAN packets with a bad checksum from the host to a Service (kubernetes#90084, flannel#1279, calico#3145; clusters of 1.16 to 1.18). Try: ethtool -K flannel.1 tx-checksum-ip-generic off, or vxlan.calico for Calico; it lasts until the next start.',
        'Where that helps, keep it: a newer kernel, flannel or Calico sets it itself.',
      ],
      effect: 'Nothing changes on the cluster by looking. Checksums by the processor cost a little throughput.',
      touches: { nodes: nodes.length, pods: 0 },
    };
  },
});
