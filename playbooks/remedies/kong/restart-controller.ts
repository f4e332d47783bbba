import { z } from 'zod';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
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

/** A new leader reads everything afresh and writes what is missing. */
export const restartController = defineRemedy({
  id: 'kong/restart-controller',
  how: 'change',
  does: "Delete the leading pod of Kong's ingress controller, so that a new one compares everything afresh.",
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'While the database is unreachable: the controller could not start again.',
    'When Kong refuses the configuration: the new controller sends the same.',
    'When new pods of that node have no network: put that right first.',
  ],
  input: z.object({}),
  reads: controllerReads,
  changes: [{ change: 'delete-pod', kind: Pod, in: { product: 'kong' } }],
  proof: { withinSeconds: 180, holdSeconds: 60 },
  async plan(sight) {
    const { installation, leader, logs } = await readController(sight);
    if (leader === undefined) return nobodyToRestart('No running controller pod holds the lock.');
    const pods = podsOf(installation.controllers);
    const { name, namespace = '', uid } = leader.metadata;
    return {
      preconditions: [
        precondition(
          'Does the controller run apart from the proxies?',
          !isSidecar(installation),
          isSidecar(installation) ? 'It shares its pods with the proxy.' : 'It has a workload of its own.',
        ),
        await databaseIsReachable(sight, installation),
        isNotRefused(logs),
        hasBeenWaitedFor(logs, sight.now),
        isOwned(leader),
      ],
      steps: [
        {
          does: `Delete the controller pod ${namespace}/${name}, with the time to stop that it asks for.`,
          change: { change: 'delete-pod', namespace, name, uid },
          settled: {
            until: 'pods-ready',
            namespace,
            labels: siblingsOf(leader),
            atLeast: Math.max(1, pods.filter(isReady).length),
            withinSeconds: 120,
          },
        },
      ],
      effect: 'For 10 to 40 s nobody writes to Kong. Requests are served all the while: the proxies are not touched.',
      touches: { nodes: 1, pods: 1 },
    };
  },
});
