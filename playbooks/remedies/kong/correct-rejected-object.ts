import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** One object that Kong refuses holds up every other change. What it should say is a decision of its owner. */
export const correctRejectedObject = defineManualRemedy({
  id: 'kong/correct-rejected-object',
  does: 'Correct the object that Kong refuses, so that all other changes get through again.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['By restarting Kong or its controller: the same configuration is refused again.'],
  input: z.object({
    /** Empty where no event names it. */
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    message: z.string(),
    kongNamespace: z.string(),
    controller: z.string(),
    isMissingUpstream: z.boolean(),
  }),
  async instruct(_sight, { kind, namespace, name, message, kongNamespace, controller, isMissingUpstream }) {
    const logs = `kubectl -n ${word(kongNamespace)} logs ${word(controller)} -c ingress-controller --since=10m | grep -i -e 'HTTP status 4' -e failed`;
    const place = namespace === '' ? '' : ` -n ${word(namespace)}`;
    const object = `${word(kind.toLowerCase())} ${word(name)}`;
    if (isMissingUpstream) {
      return {
        steps: [
          `Kong answers 404 to targets of an upstream that it took a moment before (KIC#1025). See that it is always the same one: ${logs}`,
          'With the database reachable, restart the Kong proxies one at a time; each loads the upstreams anew.',
          'Upgrade the controller: from 2.x on it writes upstreams and targets in the right order.',
        ],
        effect: 'Until then the Service of that upstream keeps its old addresses; the others may, too.',
      };
    }
    return {
      steps: [
        message === '' ? `Read what Kong says: ${logs}` : `Read what Kong says: ${message}`,
        ...(kind === ''
          ? [
              `Find the object that it names: kubectl get events -A --field-selector reason=KongConfigurationApplyFailed`,
              'Without such events, look for the last change of an Ingress, a KongPlugin or a KongConsumer.',
            ]
          : [
              `Look at it: kubectl${place} get ${object} -o yaml`,
              `Correct it, or take it away: kubectl${place} edit ${object}`,
            ]),
        'See the controller print "Successfully synced configuration to Kong" within a few seconds.',
        'Install the admission webhook of the controller, so that Kubernetes refuses such an object in the first place.',
      ],
      effect: 'Changes of every Ingress wait for this one. What Kong has already goes on being served.',
    };
  },
});
