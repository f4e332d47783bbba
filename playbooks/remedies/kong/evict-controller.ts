import { z } from 'zod';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { isSidecar, podsOf } from '../../reads/kong/installation.ts';
import { databaseIsReachable } from '../../reads/kong/reachability.ts';
import {
  controllerReads,
  hasBeenWaitedFor,
  isNotRefused,
  isOwned,
  nobodyToRestart,
  readController,
  siblingsOf,
} from './controller-guards.ts';

const leastProxies = 2;

/** The controller is a sidecar, so one proxy goes with it, through the eviction API. */
export const evictController = defineRemedy({
  id: 'kong/evict-controller',
  how: 'change',
  does: 'Evict the Kong pod whose controller leads, so that another replica takes over.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'While the database is unreachable: the proxy in that pod could not start again.',
    'With fewer than two proxies ready: requests would fail meanwhile.',
    'When Kong refuses the configuration: the next controller sends the same.',
  ],
  input: z.object({}),
  reads: controllerReads,
  changes: [{ change: 'evict-pod', kind: Pod, in: { product: 'kong' } }],
  proof: { withinSeconds: 180, holdSeconds: 60 },
  async plan(sight) {
    const { installation, leader, logs } = await readController(sight);
    if (leader === undefined) return nobodyToRestart('No running controller pod holds the lock.');
    const ready = podsOf(installation.proxies).filter(isReady);
    const names = listed(ready.map(({ metadata }) => metadata.name));
    const { name, namespace = '', uid } = leader.metadata;
    return {
      preconditions: [
        precondition(
          'Does the controller share its pods with the proxy?',
          isSidecar(installation),
          isSidecar(installation) ? 'It does.' : 'It has a workload of its own, which can be restarted alone.',
        ),
        await databaseIsReachable(sight, installation),
        precondition(
          `Are at least ${leastProxies} proxies ready?`,
          ready.length >= leastProxies,
          ready.length === 0 ? 'None is.' : `${ready.length} ${ready.length === 1 ? 'is' : 'are'}: ${names}.`,
        ),
        isNotRefused(logs),
        hasBeenWaitedFor(logs, sight.now),
        isOwned(leader),
      ],
      steps: [
        {
          does: `Evict pod ${namespace}/${name}; a PodDisruptionBudget may say no.`,
          change: { change: 'evict-pod', namespace, name, uid },
          settled: {
            until: 'pods-ready',
            namespace,
            labels: siblingsOf(leader),
            atLeast: Math.max(1, ready.length),
            withinSeconds: 180,
          },
        },
      ],
      effect: `One of ${ready.length} proxies is replaced: its open connections are cut once it stops, new ones go to the others.`,
      touches: { nodes: 1, pods: 1 },
    };
  },
});
