import { z } from 'zod';
import { list, path } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { takeOverTime } from '../../facts/kube-ovn/leader-lock.ts';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachine } from '../../kinds/kubevirt.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { controllerLogReads, readControllerLogs } from '../../reads/kube-ovn/controller-logs.ts';
import { databaseReads, readDatabaseEndpoints } from '../../reads/kube-ovn/databases.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import {
  anotherIsReady,
  apiServerIsQuiet,
  apiServerIsReady,
  databasesAreLed,
  everyNodeIsAllocated,
  machinesKeepAddresses,
  noMassDeletion,
  noPortIsMissing,
} from './guards.ts';

const gracePeriodSeconds = 30;
/** The grace period, the image pull of a pod that moves, and the start of the container. */
const readyAgainSeconds = 180;
/** A new leader that has not put the subnets right by then will not, and a person has to look. */
const provenWithinSeconds = 300;
const holdSeconds = 60;

/** A new leader starts with fresh queues and reconciles every subnet anew. */
export const leaderHandOver = defineRemedy({
  id: 'kube-ovn/leader-hand-over',
  how: 'change',
  does: 'Delete the leading kube-ovn controller pod, so that another replica takes over and reconciles every subnet anew.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'When the API server, etcd or an OVN database is in trouble: the new leader would fail as well.',
    'When a subnet is refused because of its configuration: a new leader refuses it too.',
    'Never use `kubectl rollout restart` instead: it stops all replicas at once (maxUnavailable is 100 %).',
    'Never use `kubectl ko reload` instead: it restarts the databases, OVS and kube-ovn-cni on every node as well.',
  ],
  mitigation:
    'Plan the upgrade of kube-ovn to a version whose reconcile does not get stuck like this; the article of the finding names it.',
  input: z.object({
    /** Pods, as namespace/name, that still run and that the reconcile was seen to stop at. */
    blockedBy: z.array(z.string()),
  }),
  reads: [
    ...leaderReads,
    ...controllerReads,
    ...controllerLogReads,
    ...databaseReads,
    list(Node),
    list(Pod),
    list(VirtualMachine),
    path('/readyz'),
  ],
  changes: [{ change: 'delete-pod', kind: Pod, in: { product: 'kubeOvn' } }],
  proof: { withinSeconds: provenWithinSeconds, holdSeconds },
  async plan(sight, { blockedBy }) {
    const { cluster, platform, now } = sight;
    const { namespace, version } = installed(platform);
    const { leader, pods, state } = await readLeadership(sight);
    if (leader === undefined || state !== 'held') {
      const asks = 'Does a controller pod lead that could hand over?';
      return {
        preconditions: [precondition(asks, false, 'No running controller pod holds the leader lock.')],
        steps: [],
        effect: 'There is nobody to hand over from.',
        touches: { nodes: 0, pods: 0 },
      };
    }
    const { replicas, settings } = await readController(sight);
    const preconditions = [
      anotherIsReady(replicas, pods, leader),
      databasesAreLed(await readDatabaseEndpoints(cluster, namespace)),
      everyNodeIsAllocated(await cluster.list(Node)),
      apiServerIsReady(await cluster.get('/readyz')),
      apiServerIsQuiet(await readControllerLogs(cluster, pods), now),
      machinesKeepAddresses(version, settings.keepVmIp, await cluster.list(VirtualMachine)),
      noMassDeletion(await cluster.list(Pod)),
      noPortIsMissing(blockedBy),
    ];
    const { name, uid } = leader.metadata;
    const ready = Math.max(1, pods.filter(isReady).length);
    return {
      preconditions,
      steps: [
        {
          does: `Delete the leading controller pod ${namespace}/${name}, which has ${gracePeriodSeconds} s to stop.`,
          change: { change: 'delete-pod', namespace, name, uid, gracePeriodSeconds },
          settled: {
            until: 'pods-ready',
            namespace,
            labels: controller.labels,
            atLeast: ready,
            withinSeconds: readyAgainSeconds,
          },
        },
      ],
      effect: `Existing traffic is not touched. ${takeOverTime(version)} Until the new leader has started, which takes seconds to minutes, new pods wait for their address and the kubelet tries again.`,
      touches: { nodes: 1, pods: 1 },
    };
  },
});
