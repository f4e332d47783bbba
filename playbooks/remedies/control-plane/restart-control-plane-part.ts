import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';
import { restartStaticPod } from './api-server-settings.ts';

/** A static pod is restarted by its file on the node: deleting the pod object leaves the process as it is. */
export const restartControlPlanePart = defineManualRemedy({
  id: 'control-plane/restart-control-plane-part',
  does: 'Restart the part of the control plane that still has its old certificate, so that it reads the renewed one.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'Before the file is renewed: the process would read the same certificate again.',
    'By deleting the pod object: it mirrors a file, and the process goes on.',
    'On several control-plane nodes at once: nobody would lead meanwhile.',
  ],
  input: z.object({ component: z.string(), node: z.string(), others: z.string() }),
  async instruct(_sight, { component, node, others }) {
    const file = component === 'kube-scheduler' ? 'scheduler.conf' : 'controller-manager.conf';
    return {
      steps: [
        `On node ${word(node)}, see until when the file is good: kubeadm certs check-expiration, at ${file} (kubeadm alpha certs up to 1.19). If it ends soon: kubeadm certs renew ${file}`,
        ...restartStaticPod(word(component), word(node)),
        `See it back: kubectl -n kube-system get pod ${word(component)}-${word(node)}, and kubectl -n kube-system get lease ${word(component)} names a holder.`,
        ...(others === '' ? [] : [`Then the next, one after another: ${others}.`]),
        'The alert clears within 15 minutes. An API server need not be restarted for this; if one is, look at the version of Calico first (calico/stale-watch).',
      ],
      effect: 'Another one leads within seconds. Nothing that runs is touched.',
      touches: { nodes: 1, pods: 1 },
    };
  },
});
