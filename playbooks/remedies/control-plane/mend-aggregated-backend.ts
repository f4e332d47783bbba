import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const mendAggregatedBackend = defineManualRemedy({
  id: 'control-plane/mend-aggregated-backend',
  does: 'Find out why nothing ready is behind the aggregated API, and mend that.',
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'With --kubelet-insecure-tls: metrics-server would then believe whoever answers as a kubelet. That is for a person to decide.',
    'By deleting the APIService: that lets stuck namespaces go, and takes the API away from everybody who needs it.',
  ],
  input: z.object({
    api: z.string(),
    namespace: z.string(),
    service: z.string(),
    port: z.number(),
    why: z.enum([
      'no-service',
      'no-port',
      'not-ready',
      'nobody-listens',
      'kubelet-certificate',
      'kubelet-unreachable',
      'bad-answer',
    ]),
  }),
  async instruct(_sight, { api, namespace, service, port, why }) {
    const at = `kubectl -n ${word(namespace)}`;
    const steps = {
      'no-service': [
        `See what was taken away: ${at} get service,deployment,pods. An APIService that stayed behind after an uninstall is the usual reason.`,
        `If the backend is not wanted any more, its owner deletes the APIService: kubectl delete apiservice ${word(api)}. Until then every deletion of a namespace waits for it.`,
        'If it is wanted, install it again the way it was installed.',
      ],
      'no-port': [
        `The Service has no port ${port}: ${at} get service ${word(service)} -o yaml. Make spec.ports and spec.service.port of the APIService ${word(api)} agree, where both come from.`,
      ],
      'not-ready': [
        `See why no pod is ready: ${at} describe pods, and ${at} logs deployment/${word(service)} --previous.`,
        `See that the Service selects them: ${at} get endpoints ${word(service)}, against ${at} get pods --show-labels.`,
      ],
      'nobody-listens': [
        `Compare where the Service sends to, ${at} get endpoints ${word(service)}, with where the program listens: --secure-port of metrics-server, which its manifest changed from 4443 to 10250 in 0.7, and the ports of the container.`,
        `See whether the program still runs and listens: ${at} logs deployment/${word(service)} --since=15m. A pod without a readiness probe is ready even when it does not.`,
      ],
      'kubelet-certificate': [
        'Let kubelets have certificates that the cluster signs: serverTLSBootstrap: true in the KubeletConfiguration of each node, one kubelet after another, and approve their requests for kubernetes.io/kubelet-serving; they are never approved by themselves.',
        'A certificate without the address in it can be asked by name instead: --kubelet-preferred-address-types=Hostname,InternalDNS, where the names resolve inside of pods.',
      ],
      'kubelet-unreachable': [
        `See which nodes it cannot ask: ${at} logs deployment/${word(service)} --since=15m. The port of kubelets is 10250; a firewall, or the network of the node that metrics-server runs on.`,
        'If only that node is concerned, run the playbook pod-network.',
      ],
      'bad-answer': [
        `Ask what answers: kubectl get --raw /apis/${word(api.split('.').slice(1).join('.'))}, and ${at} logs deployment/${word(service)} --since=15m.`,
        `A 404 means that another program answers at this address: see what ${at} get service ${word(service)} -o yaml selects.`,
      ],
    } as const;
    return {
      steps: [...steps[why]],
      effect: 'The API server asks every 30 s: the API is back soon after a pod is ready.',
    };
  },
});
