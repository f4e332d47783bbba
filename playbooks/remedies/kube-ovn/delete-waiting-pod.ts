import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy } from '../../../src/core/remedy.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { planRecreation, RecreatedPods, recreationReads } from '../workload/recreation.ts';
import { subnetsHaveRoom } from './free-addresses.ts';

/** For pods that never started: the controller keeps trying the same address for the same name. */
export const deleteWaitingPod = defineRemedy({
  id: 'kube-ovn/delete-waiting-pod',
  how: 'change',
  does: 'Delete the pod that waits for an address, so that its replacement asks for another one.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'For a pod of a virtual machine or a StatefulSet: its replacement asks for the same address again.',
    'When the template names the address: the replacement asks for the same one again.',
  ],
  input: RecreatedPods.extend({ subnet: z.string() }),
  reads: [...recreationReads, list(Subnet)],
  changes: [{ change: 'delete-pod', kind: Pod, in: 'everywhere' }],
  proof: { withinSeconds: 300, holdSeconds: 120 },
  plan: async (sight, { pods, subnet }) => {
    const subnets = await sight.cluster.list(Subnet);
    const guards = (present: readonly Pod[]) => [subnetsHaveRoom(present, subnets, subnet)];
    return planRecreation(sight, { pods }, { how: 'delete-waiting', guards });
  },
});
