import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { get, list, type Read } from '../../../src/core/read.ts';
import { nameOf, type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { type NetConf, netConfKey, parseNetConf } from '../../facts/flannel/net-conf.ts';
import { flannelContainer, type Installed, installed, names } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { distributionOf, isVirtual, isWindows, podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { blockFamily, blockWithin } from '../../facts/network/cidr.ts';
import { ConfigMap, Node, Pod } from '../../kinds/kubernetes.ts';
import { type AddressPlan, addressPlanReads, readAddressPlan } from '../kubernetes/address-plan.ts';

export const flannelPlaceReads: readonly Read[] = [list(Node), list(Pod)];

export const flannelReads: readonly Read[] = [
  ...flannelPlaceReads,
  ...addressPlanReads,
  get(ConfigMap, { in: { product: 'canal' }, names: names.canal.configMaps }),
  get(ConfigMap, { in: { product: 'flannel' }, names: names.flannel.configMaps }),
];

/** Where flannel runs, which is told without its configuration. */
export type FlannelPlace = {
  readonly installed: Installed;
  /** K3s runs flannel in its own process, and makes its configuration from the cluster CIDR. */
  readonly isBuiltIn: boolean;
  /** Linux nodes with a machine: those that flannel runs on. */
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
};

export type FlannelNetwork = FlannelPlace & {
  readonly plan: AddressPlan;
  /** Absent in K3s, and where nobody may read it. */
  readonly config: { readonly object: ConfigMap; readonly netConf: NetConf } | undefined;
  readonly networks: NetConf['networks'];
  /** The object and field that says so. */
  readonly from: string;
  readonly about: ObjectReference;
};

/** What flannel itself says of its networks, for want of its configuration. */
export type FlannelWords = Pick<FlannelNetwork, 'networks' | 'from' | 'about'>;

type Where = Pick<Sight, 'cluster' | 'platform'>;

export async function readFlannelPlace({ cluster, platform }: Where): Promise<FlannelPlace> {
  const product = installed(platform);
  const [every, own] = await Promise.all([cluster.list(Node), cluster.list(Pod, { namespace: product.namespace })]);
  const pods = own.filter(({ spec }) => spec.containers.some(({ name }) => name === flannelContainer));
  return {
    installed: product,
    isBuiltIn: pods.length === 0 && distributionOf(every) === 'K3s',
    nodes: every.filter((node) => !isWindows(node) && !isVirtual(node)),
    pods,
  };
}

/** The object that stands for flannel as a whole: what makes its pods, or in K3s a node. */
export function flannelObject({ pods, nodes }: FlannelPlace): ObjectReference | undefined {
  const [pod] = pods;
  const [node] = nodes;
  if (pod !== undefined) return workloadOf(pod);
  return node === undefined ? undefined : referenceTo(node);
}

/**
 * What flannel takes for the pod network, and what the control plane does. Where nobody may read its configuration,
 * `wordsOf` may still find it in what flannel says.
 */
export async function readFlannelNetwork(
  sight: Where,
  wordsOf?: (place: FlannelPlace) => Promise<FlannelWords | undefined>,
): Promise<FlannelNetwork> {
  const [place, plan, config] = await Promise.all([
    readFlannelPlace(sight),
    readAddressPlan(sight.cluster),
    findFlannelConfig(sight),
  ]);
  if (config === undefined) {
    const said = embedded(place, plan) ?? (await wordsOf?.(place));
    if (said !== undefined) return { ...place, plan, config, ...said };
    const { product, title, namespace } = place.installed;
    throw new CannotRead(
      `read the configuration of ${title} in ${namespace}`,
      'missing',
      `there is no ConfigMap ${names[product].configMaps.join(' or ')}; some charts of RKE2 keep it in a Secret, which is never read`,
    );
  }
  return {
    ...place,
    plan,
    config,
    networks: config.netConf.networks,
    from: `${nameOf(referenceTo(config.object))}, ${netConfKey}`,
    about: referenceTo(config.object),
  };
}

export async function findFlannelConfig({ cluster, platform }: Where): Promise<FlannelNetwork['config']> {
  const { product, namespace } = installed(platform);
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

function embedded({ isBuiltIn, nodes }: FlannelPlace, plan: AddressPlan): FlannelWords | undefined {
  const [first] = nodes;
  if (!isBuiltIn || plan.pods === undefined || first === undefined) return undefined;
  return { networks: networksOf(plan.pods.blocks), from: plan.pods.from, about: referenceTo(first) };
}

/** Blocks with their families; what is no block is left out. */
export function networksOf(blocks: readonly string[]): NetConf['networks'] {
  return blocks.flatMap((block) => {
    const family = blockFamily(block);
    return family === undefined ? [] : [{ family, block }];
  });
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

/** A crash loop waits for up to 5 minutes between two tries. */
const longestPause = 5 * 60_000 + 30_000;
const fewestCrashes = 3;
const settledMilliseconds = 30_000;

/**
 * Whether flannel runs there, and not for the second or two between two crashes: it has no probe, so the kubelet calls
 * it ready even then.
 */
export function isFlannelUp(pod: Pod, now: Date): boolean {
  const status = flannelStatus(pod);
  return status?.ready === true && !isBetweenCrashes(pod, now);
}

export function isBetweenCrashes(pod: Pod, now: Date): boolean {
  const status = flannelStatus(pod);
  const started = status?.state.running?.startedAt;
  const { exitCode, finishedAt } = status?.lastState.terminated ?? {};
  if (!started || !finishedAt || (exitCode ?? 0) === 0 || (status?.restartCount ?? 0) < fewestCrashes) return false;
  return (
    now.getTime() - started.getTime() < settledMilliseconds && started.getTime() - finishedAt.getTime() < longestPause
  );
}
