import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { logs } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { outOfClusterCidr } from '../../facts/flannel/log-lines.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { blockFamily, blockWithin } from '../../facts/network/cidr.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { type FlannelNetwork, flannelReads, mismatchesOf, readFlannelNetwork } from '../../reads/flannel/network.ts';
import type { Blocks } from '../../reads/kubernetes/address-plan.ts';
import { renewNodes } from '../../remedies/canal/renew-nodes.ts';

const code = 'canal/cluster-cidr-changed';

const newestLines = 300;

/** A controller-manager that was told another cluster CIDR refuses to start its node IPAM. */
export const clusterCidrChanged = defineCheck({
  id: code,
  asks: 'Does the cluster CIDR of the controller-manager hold the pod CIDR of every node?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, logs({ namespace: 'kube-system' })],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Cluster CIDR changed under the nodes',
      leadsTo: ['canal/node-without-pod-cidr'],
    },
  },
  remedies: [renewNodes],
  settings: z.strictObject({}),
  async look(sight) {
    const network = await readFlannelNetwork(sight);
    const { plan, nodes } = network;
    const outside = plan.pods === undefined ? [] : nodes.filter((node) => isOutside(node, plan.pods?.blocks ?? []));
    const measured = [
      {
        what: 'Cluster CIDR of the controller-manager',
        is: plan.pods === undefined ? 'not visible here' : `${listed(plan.pods.blocks)} (${plan.pods.from})`,
      },
      {
        what: 'Nodes with a pod CIDR outside',
        is: plan.pods === undefined ? 'not known' : `${outside.length} of ${nodes.length}`,
      },
      {
        what: 'Controller-managers ready',
        is: `${plan.controllerManagers.filter(isReady).length} of ${plan.controllerManagers.length}`,
      },
    ];
    // While flannel does not know these blocks either, that is the fault to mend, and it has its own finding.
    if (plan.pods === undefined || outside.length === 0 || mismatchesOf(nodes, network.networks).length > 0)
      return { findings: [], measured };
    const refusals = await readRefusals(sight.cluster, plan.controllerManagers);
    const down = plan.controllerManagers.filter((pod) => !isReady(pod));
    if (refusals.length === 0 && down.length === 0) return { findings: [], measured };
    return { findings: [describe(network, plan.pods, outside, refusals, down)], measured };
  },
});

function isOutside(node: Node, blocks: readonly string[]): boolean {
  return podCidrsOf(node).some((cidr) => {
    const own = blocks.filter((block) => blockFamily(block) === blockFamily(cidr));
    return own.length > 0 && !own.some((block) => blockWithin(cidr, block));
  });
}

async function readRefusals(cluster: ClusterReader, pods: readonly Pod[]): Promise<Evidence[]> {
  const read = await Promise.all(
    pods.flatMap((pod) => {
      const [container] = pod.spec.containers;
      const restarts = pod.status.containerStatuses[0]?.restartCount ?? 0;
      return (restarts > 0 ? [true, false] : [false]).map(async (previous) => {
        const { name, namespace = '' } = pod.metadata;
        const log = await cluster.logs({
          namespace,
          pod: name,
          container: container?.name ?? '',
          previous,
          tailLines: newestLines,
        });
        const lines = (log?.lines ?? []).filter(({ text }) => outOfClusterCidr(text) !== undefined);
        const refused = outOfClusterCidr(lines.at(-1)?.text ?? '');
        if (log === undefined || refused === undefined) return [];
        return [
          {
            from: log.from,
            says: `It refuses to start its node IPAM: ${refused.podCidr} of node ${refused.node} is not in ${refused.clusterCidr}.`,
            lines: lines.slice(-3).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
            outOf: log.lines.length,
          },
        ];
      });
    }),
  );
  return read.flat();
}

function describe(
  network: FlannelNetwork,
  cluster: Blocks,
  outside: readonly Node[],
  refusals: readonly Evidence[],
  down: readonly Pod[],
): Finding<typeof code> {
  const manager = network.plan.controllerManagers[0];
  const names = outside.map((node) => `${node.metadata.name} (${listed(podCidrsOf(node))})`);
  const stops =
    refusals.length > 0
      ? 'It refuses to start its node IPAM because of that'
      : `${listed(down.map(({ metadata }) => metadata.name))} ${down.length === 1 ? 'is' : 'are'} not ready, perhaps because of that`;
  return {
    code,
    about: manager === undefined ? network.about : referenceTo(manager),
    says: `The controller-manager was told the cluster CIDR ${listed(cluster.blocks)}, but ${outside.length} of ${network.nodes.length} nodes have their pod CIDR from another one: ${listed(names, 4)}. ${stops}: nodes that join get no pod CIDR, and with the process down nothing else that it controls moves. Pods that run are not touched.`,
    confidence:
      refusals.length > 0
        ? [0.95, 'The blocks do not fit, and the controller-manager says so itself.']
        : [0.7, 'The blocks do not fit, and a controller-manager is not ready, but its log does not say why.'],
    evidence: [
      { from: cluster.from, says: `The cluster CIDR is ${listed(cluster.blocks)}.` },
      { from: 'Nodes, spec.podCIDRs', says: `Outside are: ${listed(names)}.` },
      ...refusals.slice(0, 3),
      ...down.map((pod) => ({ from: nameOf(referenceTo(pod)), says: 'It is not ready.' })),
    ],
    remedies: [
      renewNodes.with({
        nodes: outside.map((node) => ({ name: node.metadata.name, podCidrs: podCidrsOf(node) })),
        clusterCidr: [...cluster.blocks],
      }),
    ],
  };
}
