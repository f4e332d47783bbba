import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { daemon, installed, openVSwitch } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { databaseReads, readDatabaseEndpoints } from '../../reads/kube-ovn/databases.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { databasesAreLed } from './guards.ts';
import {
  conditionsAllowRoutes,
  controllerLeads,
  fewNodes,
  notRestartedLately,
  openVSwitchIsReady,
  restartIsHarmless,
} from './node-guards.ts';

const readyAgainSeconds = 180;

/** A starting kube-ovn-cni puts every route of its node right, and sets up the port to the pod network anew. */
export const restartDaemon = defineRemedy({
  id: 'kube-ovn/restart-daemon',
  how: 'change',
  does: 'Restart kube-ovn-cni on the nodes concerned, one after the other, so that it puts their routes right.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'While the subnet is not ready, or not validated: the daemon takes the routes away again.',
    'When Open vSwitch is not ready on the node: kube-ovn-cni cannot start without it.',
    'A second time on the same node: what one restart did not mend has another cause.',
    'Never restart ovs-ovn instead: that interrupts the traffic of every pod on the node.',
  ],
  input: z.object({
    nodes: z.array(z.string()),
    /** Subnets whose routes are to come back; empty when it is about the node itself. */
    subnets: z.array(z.string()),
    /** Whether something tells that a route is missing; otherwise a person has to have looked. */
    isSeen: z.boolean(),
  }),
  reads: [...leaderReads, ...controllerReads, ...databaseReads, list(Subnet), list(Pod)],
  changes: [{ change: 'delete-pod', kind: Pod, in: { product: 'kubeOvn' } }],
  proof: { withinSeconds: 180, holdSeconds: 60 },
  async plan(sight, { nodes, subnets, isSeen }) {
    const { cluster, platform, now } = sight;
    const { namespace, version } = installed(platform);
    const { settings } = await readController(sight);
    const daemons = await cluster.list(Pod, { namespace, labels: daemon.labels });
    const switches = await cluster.list(Pod, { namespace, labels: openVSwitch.labels });
    const victims = nodes.flatMap((node) => daemons.filter(({ spec }) => spec.nodeName === node));
    const ready = Math.max(1, daemons.filter(isReady).length);
    return {
      preconditions: [
        fewNodes(nodes),
        everyNodeHasOne(nodes, victims),
        ...(isSeen ? [] : [somebodyHasLooked(nodes)]),
        conditionsAllowRoutes(await cluster.list(Subnet), subnets, version, settings.joinSubnet),
        openVSwitchIsReady(nodes, switches),
        controllerLeads(await readLeadership(sight)),
        databasesAreLed(await readDatabaseEndpoints(cluster, namespace)),
        notRestartedLately(nodes, daemons, now),
        restartIsHarmless(version),
      ],
      steps: victims.map(({ metadata, spec }) => ({
        does: `Delete the pod ${namespace}/${metadata.name} on node ${spec.nodeName ?? ''}; its DaemonSet starts another one there.`,
        change: { change: 'delete-pod', namespace, name: metadata.name, uid: metadata.uid },
        settled: {
          until: 'pods-ready',
          namespace,
          labels: daemon.labels,
          atLeast: ready,
          withinSeconds: readyAgainSeconds,
        },
      })),
      effect: `For 10 to 60 s no pod can start or stop on ${listed(nodes)}, one node after the other. Running pods keep their network, and the routes come back when the new pod starts.`,
      touches: { nodes: nodes.length, pods: victims.length },
    };
  },
});

function everyNodeHasOne(nodes: readonly string[], victims: readonly Pod[]): Precondition {
  const without = nodes.filter((node) => !victims.some(({ spec }) => spec.nodeName === node));
  return precondition(
    'Does kube-ovn-cni run on each of these nodes?',
    without.length === 0,
    without.length === 0
      ? `There is one on ${nodes.length} of ${nodes.length} nodes.`
      : `There is no kube-ovn-cni pod on ${listed(without)} that could be restarted.`,
  );
}

function somebodyHasLooked(nodes: readonly string[]): Precondition {
  return {
    asks: 'Has somebody seen on the node that the route is missing?',
    holds: 'confirm',
    because: `Nothing in the cluster shows the routes of ${listed(nodes)}: compare them first, as the instructions beside this one say.`,
  };
}
