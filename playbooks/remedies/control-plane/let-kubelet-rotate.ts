import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const letKubeletRotate = defineManualRemedy({
  id: 'control-plane/let-kubelet-rotate',
  does: 'Let the node have a new certificate.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'By approving every request that waits: an approved one lets its sender speak as that node. See who asked first.',
    'On a server node without a look at the version of Calico first: the restart takes its API server along.',
  ],
  input: z.object({
    node: z.string(),
    requests: z.array(z.string()),
    hasEvent: z.boolean(),
    distribution: z.enum(['kubeadm', 'RKE1', 'RKE2', 'K3s', 'other']),
  }),
  async instruct(_sight, { node, requests, hasEvent, distribution }) {
    const [request = 'REQUEST'] = requests;
    const service = distribution === 'K3s' ? 'k3s' : 'rke2';
    return {
      steps: [
        ...(requests.length === 0
          ? []
          : [
              `See who asked: kubectl get csr ${word(request)} -o yaml must name the user system:node:${word(node)} and the group system:nodes. Then: kubectl certificate approve ${word(request)}`,
              'See why nobody did: the controller-manager approves by itself where kubectl get clusterrolebinding kubeadm:node-autoapprove-certificate-rotation gives system:nodes the role system:certificates.k8s.io:certificatesigningrequests:selfnodeclient, and signs where it runs with --cluster-signing-cert-file.',
              `See that it is used on node ${word(node)}: /var/lib/kubelet/pki/kubelet-client-current.pem is new, and kubelet.conf names that file. Clusters from before 1.17 may have a certificate inside of kubelet.conf that is never rotated (kubeadm#2185).`,
            ]),
        ...(hasEvent
          ? [
              `On node ${word(node)}: systemctl restart ${service}-server, or ${service === 'k3s' ? 'k3s and k3s-agent' : 'rke2-agent'}, whichever runs there. Servers one after another, then agents; what ends within the time of the warning is renewed.`,
            ]
          : []),
      ],
      effect: 'Pods go on running. A restart of a server takes its API server away for a minute.',
      touches: { nodes: 1, pods: 0 },
    };
  },
});
