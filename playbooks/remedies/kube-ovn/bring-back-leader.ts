import { z } from 'zod';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { defineManualRemedy } from '../manual.ts';

export const bringBackLeader = defineManualRemedy({
  id: 'kube-ovn/bring-back-leader',
  does: 'Find out why no controller takes the leader lock, and get one going.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['By deleting the lock: two controllers could then lead at once.'],
  reads: controllerReads,
  input: z.object({ lock: z.string() }),
  async instruct(sight, { lock }) {
    const namespace = word(installed(sight.platform).namespace);
    const { replicas } = await readController(sight);
    return {
      steps: [
        ...(replicas === 0
          ? [
              `The Deployment is scaled to 0. If nobody did so on purpose: kubectl -n ${namespace} scale deployment ${controller.deployment} --replicas=3`,
            ]
          : []),
        `See whether the controllers run: kubectl -n ${namespace} get pods -l ${controller.labels} -o wide`,
        `Read why one stopped: kubectl -n ${namespace} logs -l ${controller.labels} -c ${controller.container} --previous --tail=50`,
        `See whether they can write ${lock}: look for "resource lock" in their logs, and for the health of the API server and etcd.`,
        'See whether a start is held up: the line "wait node … annotation ready" names a node without an address from kube-ovn.',
      ],
      effect:
        'Until a controller leads, no pod gets an address and no subnet is reconciled. Running pods keep their network.',
    };
  },
});
