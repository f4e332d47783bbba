import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { get, type Read } from '../../../src/core/read.ts';
import { nameOf, type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { type NetConf, netConfKey, parseNetConf } from '../../facts/flannel/net-conf.ts';
import { flannelContainer, type Installed, installed, names } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { distributionOf, isVirtual, isWindows, podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { blockFamily, blockWithin } from '../../facts/network/cidr.ts';
import { ConfigMap, Node, Pod } from '../../kinds/kubernetes.ts';
import { type AddressPlan, addressPlanReads, readAddressPlan } from '../kubernetes/address-plan.ts';

export const flannelReads: readonly Read[] = [
  ...addressPlanReads,
  get(ConfigMap, { in: { product: 'canal' }, names: names.canal.configMaps }),
  get(ConfigMap, { in: { product: 'flannel' }, names: names.flannel.configMaps }),
];

export type FlannelNetwork = {
  readonly installed: Installed;
  /** Absent in K3s, which runs flannel in its own process and makes its configuration from the cluster CIDR. */
  readonly config: { readonly object: ConfigMap; readonly netConf: NetConf } | undefined;
  readonly networks: NetConf['networks'];
  /** The object and field that says so. */
  readonly from: string;
  readonly about: ObjectReference;
  /** Linux nodes with a machine: those that flannel runs on. */
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly plan: AddressPlan;
};

/** What flannel takes for the pod network, and what the control plane does. */
export async function readFlannelNetwork(sight: Pick<Sight, 'cluster' | 'platform'>): Promise<FlannelNetwork> {
  const { cluster } = sight;
  const product = installed(sight.platform);
  const [plan, every, config, own] = await Promise.all([
    readAddressPlan(cluster),
    cluster.list(Node),
    readConfig(sight, product),
    cluster.list(Pod, { namespace: product.namespace }),
  ]);
  const rest = {
    installed: product,
    plan,
    nodes: every.filter((node) => !isWindows(node) && !isVirtual(node)),
    pods: own.filter(({ spec }) => spec.containers.some(({ name }) => name === flannelContainer)),
  };
  if (config === undefined) return { ...rest, ...embedded(every, plan, product) };
  return {
    ...rest,
    config,
    networks: config.netConf.networks,
    from: `${nameOf(referenceTo(config.object))}, ${netConfKey}`,
    about: referenceTo(config.object),
  };
}

async function readConfig(
  { cluster }: Pick<Sight, 'cluster'>,
  { product, namespace }: Installed,
): Promise<FlannelNetwork['config']> {
  for (const name of names[product].configMaps) {
    const object = await cluster.find(ConfigMap, { namespace, name });
    if (object === undefined) continue;
    const netConf = parseNetConf(object.data[netConfKey] ?? '');
    if (
      netConf === undefined ||
      netConf.networks.length === 0 ||
      netConf.networks.some(({ family, block }) => blockFamily(block) !== family)
    ) {
      throw new CannotRead(
        `read ${nameOf(referenceTo(object))}`,
        'unexpected-shape',
        `its ${netConfKey} names no network that can be read`,
      );
    }
    return { object, netConf };
  }
  return undefined;
}

function embedded(
  nodes: readonly Node[],
  plan: AddressPlan,
  { product, namespace, title }: Installed,
): Pick<FlannelNetwork, 'config' | 'networks' | 'from' | 'about'> {
  const [first] = nodes;
  if (distributionOf(nodes) !== 'K3s' || plan.pods === undefined || first === undefined) {
    throw new CannotRead(
      `read the configuration of ${title} in ${namespace}`,
      'missing',
      `there is no ConfigMap ${names[product].configMaps.join(' or ')}; some charts of RKE2 keep it in a Secret, which is never read`,
    );
  }
  const networks = plan.pods.blocks.flatMap((block) => {
    const family = blockFamily(block);
    return family === undefined ? [] : [{ family, block }];
  });
  return { config: undefined, networks, from: plan.pods.from, about: referenceTo(first) };
}

/** A pod CIDR that lies outside the network that flannel takes for the pod network of its family. */
export type Mismatch = { readonly node: Node; readonly podCidr: string; readonly network: string };

/** Families that flannel does not carry are left out: nobody expects it to know them. */
export function mismatchesOf(nodes: readonly Node[], networks: NetConf['networks']): Mismatch[] {
  return nodes.flatMap((node) =>
    podCidrsOf(node).flatMap((podCidr) => {
      const network = networks.find(({ family }) => family === blockFamily(podCidr));
      return network === undefined || blockWithin(podCidr, network.block)
        ? []
        : [{ node, podCidr, network: network.block }];
    }),
  );
}

/** Blocks with a word for what they are, for measurements and evidence. */
export function sayNetworks(networks: NetConf['networks']): string {
  return listed(networks.map(({ block }) => block));
}

/** The flannel pod of each node. */
export function podsByNode(pods: readonly Pod[]): ReadonlyMap<string, Pod> {
  return new Map(pods.map((pod) => [pod.spec.nodeName ?? '', pod]));
}

export function flannelStatus(pod: Pod): Pod['status']['containerStatuses'][number] | undefined {
  return pod.status.containerStatuses.find(({ name }) => name === flannelContainer);
}
