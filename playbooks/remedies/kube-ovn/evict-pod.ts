import { list } from '../../../src/core/read.ts';
import { defineRemedy } from '../../../src/core/remedy.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { planRecreation, RecreatedPods, recreationReads } from '../workload/recreation.ts';
import { subnetsHaveRoom } from './free-addresses.ts';

/** For pods that run: the replacement has another name, so another port, and the next free address. */
export const evictPod = defineRemedy({
  id: 'kube-ovn/evict-pod',
  how: 'change',
  does: 'Evict the pod, so that its replacement gets an address of its own.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'For a pod that nobody makes anew, that runs a virtual machine, or whose template names its address.',
    'When the same subnet has conflicts again within 30 minutes: then hand over the leader of the controllers.',
    'Never by removing the annotation `allocated` instead: the port is made anew, but the network card stays as it is.',
  ],
  input: RecreatedPods,
  reads: [...recreationReads, list(Subnet)],
  changes: [{ change: 'evict-pod', kind: Pod, in: 'everywhere' }],
  proof: { withinSeconds: 300, holdSeconds: 60 },
  plan: async (sight, input) => {
    const subnets = await sight.cluster.list(Subnet);
    return planRecreation(sight, input, {
      how: 'evict',
      guards: (pods) => [subnetsHaveRoom(pods, subnets, undefined)],
    });
  },
});
