import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const compareApiServers = defineManualRemedy({
  id: 'control-plane/compare-api-servers',
  does: 'Find out what is different on the control-plane nodes whose API server does not reach the backend.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By restarting the backend: the other API servers reach it.'],
  input: z.object({ failing: z.array(z.string()), working: z.array(z.string()), host: z.string() }),
  async instruct(_sight, { failing, working, host }) {
    const address = word(host);
    return {
      steps: [
        `On ${listed(failing.map(word))}, and then on ${word(working[0] ?? 'NODE')} to compare: curl -sk -m 5 -o /dev/null -w "%{http_code}" https://${address}/ gives 000 where the path is broken.`,
        `See kube-proxy and the network there: kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=${word(failing[0] ?? 'NODE')}`,
        'Compare the arguments and the environment of the API servers: kubectl -n kube-system get pods -l component=kube-apiserver -o yaml. A flag, a proxy or a certificate that only some have explains it.',
        'Until it is mended, a load balancer that leaves this API server out gives steady answers.',
      ],
      effect: 'Nothing changes on the cluster by looking.',
      touches: { nodes: failing.length, pods: 0 },
    };
  },
});
