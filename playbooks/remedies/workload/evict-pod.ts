import { defineRemedy } from '../../../src/core/remedy.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { planRecreation, RecreatedPods, recreationReads } from './recreation.ts';

/** The replacement asks the network for an address anew. */
export const evictPod = defineRemedy({
  id: 'workload/evict-pod',
  how: 'change',
  does: 'Evict one of the pods that share an address, so that its replacement gets another one.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'For a pod that nobody makes anew, or that runs a virtual machine.',
    'When both pods come back with the same address again: then the address management is at fault.',
  ],
  input: RecreatedPods,
  reads: recreationReads,
  changes: [{ change: 'evict-pod', kind: Pod, in: 'everywhere' }],
  proof: { withinSeconds: 300, holdSeconds: 60 },
  plan: async (sight, input) => planRecreation(sight, input, { how: 'evict' }),
});
