import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** Whether the Service or the Ingress is what should not be is known only to those who wrote them. */
export const correctBackend = defineManualRemedy({
  id: 'ingress/correct-backend',
  does: 'Make the Service that the Ingress names, or correct the Ingress.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['As an answer to failures of other hosts: this one has nothing to do with them.'],
  input: z.object({
    namespace: z.string(),
    ingress: z.string(),
    service: z.string(),
    /** Empty when the Service itself is missing. */
    port: z.string(),
    /** A Service of nearly that name; empty when there is none. */
    meant: z.string(),
  }),
  async instruct(_sight, { namespace, ingress, service, port, meant }) {
    const place = `kubectl -n ${word(namespace)}`;
    return {
      steps: [
        port === ''
          ? `See what there is: ${place} get services`
          : `See its ports: ${place} get service ${word(service)} -o wide`,
        ...(meant === '' ? [] : [`Perhaps ${meant} is meant; ask who owns the Ingress before you change it.`]),
        `If the name is wrong: ${place} edit ingress ${word(ingress)}`,
        port === ''
          ? `If Service ${service} was taken away by mistake, install it again from where it came from.`
          : `If the port is missing, add it to Service ${service} where that is installed from.`,
        `If nobody needs the path any more, take it out of the Ingress, and the lines in the log stop.`,
      ],
      effect: 'Ingress controllers notice a change within seconds. No other path is touched.',
    };
  },
});
