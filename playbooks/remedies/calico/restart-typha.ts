import { z } from 'zod';
import { path } from '../../../src/core/read.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { installed, typha } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { LoopSettings, listLoopReads, readListLoops } from '../../reads/calico/list-loops.ts';
import { apiServerIsReady, apiServersAreSteady, stillLoops } from './guards.ts';

const readyAgainSeconds = 180;

/** Felix connects to another Typha at once, and gets a fresh picture from it. */
export const restartTypha = defineRemedy({
  id: 'calico/restart-typha',
  how: 'change',
  does: 'Evict each Typha pod that is stuck, one after the other, so that every Felix gets a fresh picture of the cluster.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'While an API server comes and goes: the new Typha could end in the same loop.',
    'Do not restart the Calico pods on the nodes as well: behind a fresh Typha they get well by themselves.',
  ],
  input: z.object({ pods: z.array(z.string()) }),
  reads: [...listLoopReads, path('/readyz')],
  changes: [{ change: 'evict-pod', kind: Pod, in: { product: 'calico' } }],
  proof: { withinSeconds: 300, holdSeconds: 180 },
  async plan(sight, { pods }) {
    const { namespace } = installed(sight.platform);
    const loops = await readListLoops(sight, LoopSettings.parse({}));
    const stuck = loops.typhas.filter(({ metadata }) => pods.includes(metadata.name));
    const ready = loops.typhas.filter(isReady).length;
    return {
      preconditions: [
        stillLoops(loops.typhaListeners, pods, 'Typhas'),
        anotherServes(loops.typhas),
        apiServerIsReady(await sight.cluster.get('/readyz')),
        apiServersAreSteady(loops.pods, sight.now),
      ],
      steps: stuck.map(({ metadata: { name, uid } }) => ({
        does: `Evict ${namespace}/${name}, which a PodDisruptionBudget may refuse, and wait until its successor is ready.`,
        change: { change: 'evict-pod', namespace, name, uid },
        settled: {
          until: 'pods-ready',
          namespace,
          labels: typha.labels,
          atLeast: Math.max(1, ready),
          withinSeconds: readyAgainSeconds,
        },
      })),
      effect:
        'Each Felix behind the evicted Typha connects to another one within seconds and compares everything anew. Traffic of running pods is not touched; no Calico pod on a node restarts.',
      touches: { nodes: 0, pods: stuck.length },
    };
  },
});

/** With one Typha every Felix keeps what it knows until the new one is up: allowed, but not silently. */
function anotherServes(typhas: readonly Pod[]): Precondition {
  const asks = 'Is there another Typha to connect to meanwhile?';
  const ready = typhas.filter(isReady).map(({ metadata }) => metadata.name);
  if (ready.length > 1) return precondition(asks, true, `${listed(ready)} are ready; one at a time is evicted.`);
  return {
    asks,
    holds: 'confirm',
    because: `There ${ready.length === 1 ? 'is only one that is' : 'is none that is'} ready: until its successor is up, no node learns of anything new, as now.`,
  };
}
