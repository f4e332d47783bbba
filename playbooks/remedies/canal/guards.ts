import type { Owner } from '../../../src/core/ownership.ts';
import type { PathAnswer } from '../../../src/core/reader.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { internalAddresses } from '../../facts/kubernetes/nodes.ts';
import { blockFamily, blocksOverlap, blockWithin, cidrContains } from '../../facts/network/cidr.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import type { Blocks } from '../../reads/kubernetes/address-plan.ts';

/** More restarts than somebody watches to the end belong into a maintenance window. */
export const mostRestarts = 30;

export function apiServerIsReady({ status, body }: PathAnswer): Precondition {
  const first = body.split('\n')[0]?.slice(0, 120) ?? '';
  const asks = 'Does the API server say that it is ready, so that a restarted flannel can read its node?';
  return precondition(
    asks,
    status === 200,
    status === 200 ? '/readyz answers 200.' : `/readyz answers ${status}: ${first}`,
  );
}

export function fewEnough(pods: readonly Pod[]): Precondition {
  return precondition(
    'Are there few enough flannel pods to restart them one by one while somebody watches?',
    pods.length > 0 && pods.length <= mostRestarts,
    `${pods.length} would be restarted; at most ${mostRestarts} are done in one approval.`,
  );
}

export function nobodyElseRestarts(pods: readonly Pod[]): Precondition {
  const ending = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return precondition(
    'Is no flannel pod being restarted by somebody else just now?',
    ending.length === 0,
    ending.length === 0
      ? 'None is being deleted.'
      : `${listed(ending.map(({ metadata }) => metadata.name))} ${ending.length === 1 ? 'is' : 'are'} being deleted.`,
  );
}

export function nobodyWritesItBack(object: string, owner: Owner | undefined, isRke: boolean): Precondition {
  const because =
    owner !== undefined
      ? `${owner.tool} owns ${object} (${owner.sign}) and would write the old value back.`
      : isRke
        ? `RKE installed this network (ConfigMap kube-system/rke-network-plugin exists), and its next run writes ${object} again.`
        : `Nothing on ${object} says that Helm, Rancher or a GitOps tool owns it.`;
  return precondition('Does no other tool write this configuration back?', owner === undefined && !isRke, because);
}

/** The new network must hold every pod CIDR there is, or flannel stops on the nodes that it leaves out. */
export function holdsEveryPodCidr(target: Blocks, nodes: readonly Node[]): Precondition {
  const outside = nodes.filter((node) =>
    podCidrsOf(node).some(
      (cidr) =>
        target.blocks.some((block) => blockFamily(block) === blockFamily(cidr)) &&
        !target.blocks.some((block) => blockWithin(cidr, block)),
    ),
  );
  const names = outside.map((node) => `${node.metadata.name} (${listed(podCidrsOf(node))})`);
  return precondition(
    'Does the cluster CIDR of the controller-manager hold the pod CIDR of every node?',
    nodes.length > 0 && outside.length === 0,
    outside.length === 0
      ? `${listed(target.blocks)}, from ${target.from}, holds those of all ${nodes.length} nodes.`
      : `${listed(target.blocks)}, from ${target.from}, does not hold that of ${listed(names)}: the nodes are wrong there, not flannel.`,
  );
}

export function holdsNoNode(target: Blocks, nodes: readonly Node[]): Precondition {
  const inside = nodes.filter((node) =>
    internalAddresses(node).some((address) => target.blocks.some((block) => cidrContains(block, address))),
  );
  return precondition(
    'Does the new network leave out the addresses of the nodes?',
    inside.length === 0,
    inside.length === 0
      ? 'No node address lies in it.'
      : `${listed(inside.map(({ metadata }) => metadata.name))} would lie in it, and pods could not reach them.`,
  );
}

export function leavesServicesOut(target: Blocks, services: readonly string[], from: string): Precondition {
  const clash = services.find((service) => target.blocks.some((block) => blocksOverlap(block, service)));
  return precondition(
    'Does the new network leave out the addresses of Services?',
    services.length > 0 && clash === undefined,
    clash === undefined
      ? `${listed(services)}, from ${from}, is apart from it.`
      : `${clash}, from ${from}, overlaps with it.`,
  );
}
