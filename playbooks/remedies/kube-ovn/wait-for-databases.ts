import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { central, installed } from '../../facts/kube-ovn/product.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';

/** A new leader is elected within seconds, and its label and endpoint follow within the next round of the probe. */
export const waitForDatabases = defineRemedy({
  id: 'kube-ovn/wait-for-databases',
  how: 'wait',
  does: 'Wait for the OVN databases to elect their leaders by themselves, and look again.',
  risk: 'none',
  reversible: true,
  whenNotToUse: ['When fewer than half of the ovn-central pods are ready: then there is nobody to elect a leader.'],
  input: z.object({}),
  reads: [list(Pod)],
  changes: [],
  proof: { withinSeconds: 120, holdSeconds: 60 },
  async plan({ cluster, platform }) {
    const { namespace } = installed(platform);
    const pods = await cluster.list(Pod, { namespace, labels: central.labels });
    const ready = pods.filter(isReady).length;
    return {
      preconditions: [
        precondition(
          'Are enough ovn-central pods ready to elect a leader?',
          ready * 2 > pods.length,
          `${ready} of ${pods.length} are ready; more than half are needed.`,
        ),
      ],
      steps: [{ does: 'Wait up to 2 minutes until each database, and ovn-northd, has one leader.' }],
      effect: 'Nothing is changed. An election takes some seconds.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
