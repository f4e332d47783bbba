import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** A class decides which controller, and so which address and which rules, serve a host: not a thing to guess. */
export const correctClass = defineManualRemedy({
  id: 'ingress/correct-class',
  does: 'Give the Ingress the class of the controller that should serve it.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['When the Ingress waits on purpose for a controller that is still to be installed.'],
  input: z.object({
    namespace: z.string(),
    ingress: z.string(),
    /** The class that is probably meant; empty when none is close. */
    class: z.string(),
    isAnnotated: z.boolean(),
  }),
  async instruct(_sight, { namespace, ingress, class: meant, isAnnotated }) {
    const object = `kubectl -n ${word(namespace)}`;
    const value = meant === '' ? 'CLASS' : word(meant);
    const change = isAnnotated
      ? `${object} annotate --overwrite ingress ${word(ingress)} kubernetes.io/ingress.class=${value}`
      : `${object} patch ingress ${word(ingress)} --type=merge -p '{"spec":{"ingressClassName":"${value}"}}'`;
    return {
      steps: [
        'See which classes there are, and whose they are: kubectl get ingressclasses',
        `Set the class, or better where the Ingress is installed from: ${change}`,
        `See an address appear: ${object} get ingress ${word(ingress)}`,
      ],
      effect:
        'The controller of that class serves the hosts of the Ingress within seconds. Other Ingresses are not touched.',
    };
  },
});
