import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** A policy is a decision of its owner, so it is proposed and never applied. */
export const openPathToPods = defineManualRemedy({
  id: 'control-plane/open-path-to-pods',
  does: 'Let the control plane reach the pods of the backend.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'By putting metrics-server on the host network: from 0.7 on it listens on 10250, which is the port of the kubelet.',
    'With --enable-aggregator-routing: it goes exactly the way that is broken.',
  ],
  input: z.object({
    namespace: z.string(),
    service: z.string(),
    labels: z.record(z.string(), z.string()),
    port: z.string(),
    /** `10.0.0.11/32` of each control-plane node. */
    sources: z.array(z.string()),
    policies: z.array(z.string()),
    nodes: z.array(z.string()),
  }),
  async instruct(_sight, { namespace, service, labels, port, sources, policies, nodes }) {
    const blocks = sources.map((source) => `{ipBlock: {cidr: ${source}}}`).join(', ');
    const selector = Object.entries(labels)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ');
    return {
      steps: [
        ...(policies.length === 0
          ? []
          : [
              `The ${policies.length === 1 ? 'policy' : 'policies'} ${listed(policies)} ${policies.length === 1 ? 'lets' : 'let'} only some in. Propose to the owner, by way of the repository it comes from: {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: allow-control-plane, namespace: ${namespace}}, spec: {podSelector: {matchLabels: {${selector}}}, policyTypes: [Ingress], ingress: [{from: [${blocks}], ports: [{port: ${port}, protocol: TCP}]}]}}`,
              'Traffic from a node may come with the address of its tunnel instead, such as flannel.1 or vxlan.calico: name that one, too.',
            ]),
        `From a control-plane node, see how far it comes: curl -sk -m 5 https://POD-ADDRESS:${word(port)}/readyz, with the addresses of kubectl -n ${word(namespace)} get endpoints ${word(service)}`,
        `Compare a pod on another node than ${listed(nodes.map(word), 4)}. Only there: that node, so run the playbook pod-network. Everywhere: the firewall between control plane and workers, or the tunnel (UDP 8472 of flannel, 4789 of VXLAN, protocol 4 of IP in IP).`,
      ],
      effect: 'The API is back within 30 s after packets pass.',
    };
  },
});
