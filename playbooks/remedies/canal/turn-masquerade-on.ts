import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const turnMasqueradeOn = defineManualRemedy({
  id: 'canal/turn-masquerade-on',
  does: 'Turn masquerading on, unless something else is meant to route the addresses of pods.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'When the network around the cluster routes pod addresses, and answers them: then masquerading is off on purpose.',
    'When an ip-masq-agent masquerades instead of flannel.',
  ],
  input: z.object({ namespace: z.string(), configMap: z.string(), daemonSet: z.string(), isCanal: z.boolean() }),
  async instruct(_sight, { namespace, configMap, daemonSet, isCanal }) {
    const inNamespace = word(namespace);
    return {
      steps: [
        'Ask whoever runs the network around the cluster whether pod addresses are routed there. If they are, leave it off, and look for the fault there.',
        isCanal
          ? `Set masquerade to "true": kubectl -n ${inNamespace} edit configmap ${word(configMap)} (or at its source, when a tool owns it)`
          : `Add the argument --ip-masq to the container kube-flannel: kubectl -n ${inNamespace} edit daemonset ${word(daemonSet)} (or at its source, when a tool owns it)`,
        `Restart flannel, one node at a time: kubectl -n ${inNamespace} rollout restart daemonset ${word(daemonSet)}`,
      ],
      effect:
        'Connections from pods to addresses outside the pod network carry the address of their node from then on. Rules that allow pod addresses at a firewall no longer match.',
    };
  },
});
