import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const bringBackController = defineManualRemedy({
  id: 'kong/bring-back-controller',
  does: 'Find out why no controller writes to Kong, and get one going.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By deleting the lock: two controllers could then write at once.'],
  input: z.object({
    namespace: z.string(),
    /** `deployment/kong-controller`, or `pod/kong` where no workload runs it. */
    workload: z.string(),
    isScaledToZero: z.boolean(),
    writers: z.number(),
  }),
  async instruct(_sight, { namespace, workload, isScaledToZero, writers }) {
    const place = `kubectl -n ${word(namespace)}`;
    const [kind = 'deployment', name = ''] = workload.split('/');
    const target = `${word(kind)} ${word(name)}`;
    if (writers > 1) {
      return {
        steps: [
          kind === 'pod'
            ? `Let one controller write until the version is raised, and stop the others: ${place} get pods -o wide`
            : `Let one replica write until the version is raised: ${place} scale ${target} --replicas=1`,
          'Upgrade the controller to 2.1 or later, which lets only the elected one write (KIC#2052).',
        ],
        effect: 'With one replica nobody takes over at once; a new pod is there within a minute.',
      };
    }
    return {
      steps: [
        ...(isScaledToZero
          ? [`It is scaled to zero. If nobody did so on purpose: ${place} scale ${target} --replicas=1`]
          : []),
        `See whether it runs: ${place} get pods -o wide`,
        `Read why it stopped: ${place} logs ${word(kind)}/${word(name)} -c ingress-controller --tail=50`,
        `See whether it may write its lock: ${place} get leases.coordination.k8s.io`,
        'See whether the Admin API answers: its Service must select ready proxies, and they need their database to become ready.',
      ],
      effect: 'Until a controller writes, Kong keeps what it has: pods that get a new address are not reached.',
    };
  },
});
