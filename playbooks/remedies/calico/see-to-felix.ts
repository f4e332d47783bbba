import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { defineManualRemedy } from '../manual.ts';

export const seeToFelix = defineManualRemedy({
  id: 'calico/see-to-felix',
  does: 'Put right what keeps Felix from becoming ready.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['By restarting it again and again: it starts into the same state.'],
  input: z.object({
    nodes: z.array(z.string()),
    cause: z.enum(['unreachable', 'forbidden', 'missing-kind', 'unknown']),
  }),
  reads: nodeAgentReads,
  async instruct(sight, { nodes, cause }) {
    const { about, agents } = await readNodeAgents(sight);
    const namespace = word(about.namespace ?? '');
    const where = listed(nodes, 5);
    const pod = agents.find(({ spec }) => nodes.includes(spec.nodeName ?? ''))?.metadata.name;
    const log = pod === undefined ? `daemonset/${word(about.name)}` : word(pod);
    const steps = {
      unreachable: [
        `See whether kube-proxy runs on ${where}: kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide`,
        `On ${where}, try both ways to the API server: curl -k https://<address of a control-plane node>:6443/readyz and the same with the ClusterIP of the Service kubernetes on port 443. If only the second fails, it is kube-proxy.`,
        'Without kube-proxy, give Calico the real address: the ConfigMap kubernetes-services-endpoint with KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT.',
      ],
      forbidden: [
        'Apply the ClusterRole of the version that runs: the manifest, the chart or the operator has to be of the same version as the image.',
        'See that it is let in: kubectl auth can-i list ipamblocks.crd.projectcalico.org --as=system:serviceaccount:' +
          `${namespace}:calico-node`,
      ],
      'missing-kind': [
        'Apply the custom resource definitions of the version that runs: kubectl apply --server-side -f with the file of that version. Old objects stay.',
        'See that they are there: kubectl get crds | grep projectcalico',
      ],
      unknown: [
        `Read the whole log of one: kubectl -n ${namespace} logs ${log} -c calico-node --since=15m`,
        'Look for lines with [ERROR], [FATAL] or [PANIC], and for "Reporter is not ready" with the name of the part that is late.',
      ],
    };
    return {
      steps: steps[cause],
      effect: 'Felix becomes ready within a minute once its cause is gone; pods need no restart.',
    };
  },
});
