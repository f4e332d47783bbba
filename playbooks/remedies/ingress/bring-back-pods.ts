import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const bringBackPods = defineManualRemedy({
  id: 'ingress/bring-back-pods',
  does: 'Get a pod of the Service ready again, or the Service to select its pods.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By restarting the ingress controller: it knows rightly that there is no pod.'],
  input: z.object({
    namespace: z.string(),
    service: z.string(),
    reason: z.enum(['no-selector', 'scaled-to-zero', 'selects-nothing', 'not-ready']),
    /** `Deployment shop/cart`, when that is scaled to zero. */
    object: z.string(),
    pod: z.string(),
  }),
  async instruct(_sight, { namespace, service, reason, object, pod }) {
    const place = `kubectl -n ${word(namespace)}`;
    const [kind = '', name = ''] = object.split(' ');
    const steps: Readonly<Record<typeof reason, readonly string[]>> = {
      'no-selector': [
        `Somebody else writes its endpoints, or should: ${place} get endpointslices -l kubernetes.io/service-name=${word(service)}`,
        'Find out what that is (an operator, a script, a person) and why it has stopped.',
      ],
      'scaled-to-zero': [
        `Ask who scaled it down and why; an autoscaler does so as well: ${place} get hpa`,
        `If it should run: ${place} scale ${word(kind.toLowerCase())} ${word(name.split('/')[1] ?? '')} --replicas=1, or as many as there were.`,
      ],
      'selects-nothing': [
        `Compare the selector with the labels of the pods: ${place} get service ${word(service)} -o jsonpath='{.spec.selector}' and ${place} get pods --show-labels`,
        'Correct the side that was changed last, where it is installed from.',
      ],
      'not-ready': [
        `See why they are not ready: ${place} describe pod ${word(pod)}`,
        `Read what they say: ${place} logs ${word(pod)} --tail=100`,
        'Where only the readiness probe fails although the program answers, look at the probe, at its time-out, and at the network from the kubelet to the pod.',
      ],
    };
    return {
      steps: [...steps[reason], `See an address appear: ${place} get endpoints ${word(service)}`],
      effect: 'As soon as one pod is ready, ingress controllers send it requests within seconds.',
    };
  },
});
