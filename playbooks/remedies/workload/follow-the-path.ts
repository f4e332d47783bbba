import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { inUrl } from '../../facts/network/address.ts';
import { defineManualRemedy } from '../manual.ts';

export const followThePath = defineManualRemedy({
  id: 'workload/follow-the-path',
  does: 'Follow the path from a pod to the API server, and see where packets get lost.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'By restarting the pods that suffer: they come back with the same trouble, and lose what they remember.',
    'When another finding of this run names the cause: mend that one, and look again.',
  ],
  input: z.object({
    address: z.string(),
    hosts: z.array(z.string()),
    namespace: z.string(),
    pod: z.string(),
    node: z.string(),
    where: z.enum(['remote', 'everywhere', 'one-node', 'some']),
  }),
  async instruct(_sight, { address, hosts, namespace, pod, node, where }) {
    const [onNode, inNamespace, name] = [word(node), word(namespace), word(pod)];
    const [host = address] = hosts;
    const hints = {
      remote: [
        'Only nodes without an API server suffer, so packets get lost when they leave the node. See whether they are masqueraded: on a control-plane node run tcpdump -ni any tcp port 6443, and look whether the source is the address of a pod.',
        `If the source is a node and the checksum is wrong (tcpdump -vv), the network card computes it for the tunnel and fails: on ${onNode} try ethtool -K flannel.1 tx-checksum-ip-generic off (flannel before v0.20.2, #1279; Calico has the same as #3145).`,
      ],
      everywhere: [
        'All nodes suffer, those of the API servers too, so look at the API server and its Service first: kubectl get --raw /readyz, and kubectl -n default get endpoints kubernetes.',
      ],
      'one-node': [
        `Only ${onNode} suffers, so look there: kube-proxy and the agent of the network on that node, its clock and its firewall.`,
      ],
      some: [
        'Some nodes suffer and others do not: compare one of each, in their version, kernel, firewall and the age of their network pods.',
      ],
    } as const;
    return {
      steps: [
        ...hints[where],
        `On node ${onNode} itself, not in a pod: curl -k --max-time 5 https://${inUrl(address)}/healthz tries the Service, curl -k --max-time 5 https://${inUrl(host)}:6443/healthz the API server behind it. If the second one works and the first does not, kube-proxy is the matter.`,
        `From the pod: kubectl -n ${inNamespace} debug -it ${name} --image=busybox -- sh, then nc -vz -w 3 ${address} 443 and nc -vz -w 3 ${host} 6443.`,
        `Between ${onNode} and ${listed(hosts.slice(0, 3).map(String))} TCP 6443 must be open, and the port of the tunnel: UDP 8472 for VXLAN of flannel, 4789 for that of Calico and of Windows nodes.`,
      ],
      effect: 'Nothing changes on the cluster by looking, apart from the debug container, which ends with the pod.',
    };
  },
});
