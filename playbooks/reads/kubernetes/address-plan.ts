import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { distributionOf, serverArguments } from '../../facts/kubernetes/distribution.ts';
import { flagOf, kubeadmArgument, yamlScalar } from '../../facts/kubernetes/flags.ts';
import { blockFamily, splitDualStack } from '../../facts/network/cidr.ts';
import { ConfigMap, Node, Pod } from '../../kinds/kubernetes.ts';

const namespace = 'kube-system';

export const addressPlanReads: readonly Read[] = [
  list(Pod),
  list(Node),
  get(ConfigMap, { in: { namespace }, names: ['kubeadm-config', 'kube-proxy'] }),
];

/** Blocks of addresses, one for each family, and the object and field that they were read from. */
export type Blocks = { readonly blocks: readonly string[]; readonly from: string };

export type AddressPlan = {
  /** What the controller-manager allocates pod CIDRs from; undefined where nothing readable tells, as on RKE1. */
  readonly pods: Blocks | undefined;
  /** What Services get their addresses from; undefined likewise. */
  readonly services: Blocks | undefined;
  /** The static pods of the controller-manager, on distributions that have such. */
  readonly controllerManagers: readonly Pod[];
  /** Whether the controller-manager gives nodes their pod CIDR; undefined when its arguments are not visible. */
  readonly allocates: boolean | undefined;
  readonly nodeMaskSize: string | undefined;
};

function wordsOf(pod: Pod): string[] {
  return pod.spec.containers.flatMap(({ command, args }) => [...command, ...args]);
}

type Source = { readonly from: string; readonly value: string | undefined };

function firstOf(sources: readonly Source[]): Blocks | undefined {
  for (const { from, value } of sources) {
    const blocks = splitDualStack(value ?? '').filter((block) => blockFamily(block) !== undefined);
    if (blocks.length > 0) return { blocks, from };
  }
  return undefined;
}

/**
 * The address plan of the control plane: the arguments of its running pods first, then what kubeadm wrote down, then
 * what kube-proxy was told, then what K3s and RKE2 put on their servers. RKE1 shows none of these; its full state holds
 * keys and is not read.
 */
export async function readAddressPlan(cluster: ClusterReader): Promise<AddressPlan> {
  const [components, nodes, kubeadm, kubeProxy] = await Promise.all([
    cluster.list(Pod, { namespace, labels: 'component in (kube-apiserver,kube-controller-manager)' }),
    cluster.list(Node),
    cluster.find(ConfigMap, { namespace, name: 'kubeadm-config' }),
    cluster.find(ConfigMap, { namespace, name: 'kube-proxy' }),
  ]);
  const controllerManagers = components.filter(
    ({ metadata }) => metadata.labels['component'] === 'kube-controller-manager',
  );
  const flag = (pods: readonly Pod[], name: string): Source[] =>
    pods.map((pod) => ({
      from: `Pod ${namespace}/${pod.metadata.name}, --${name}`,
      value: flagOf(wordsOf(pod), name),
    }));
  const written = kubeadm?.data['ClusterConfiguration'] ?? '';
  const fromKubeadm = (field: string, value: string | undefined): Source => ({
    from: `ConfigMap ${namespace}/kubeadm-config, ${field}`,
    value,
  });
  const servers = nodes.flatMap((node) => {
    const words = serverArguments(node);
    return words === undefined ? [] : [{ name: node.metadata.name, words }];
  });
  const fromServers = (name: string): Source[] =>
    servers.map((server) => ({
      from: `Node ${server.name}, --${name} of its server`,
      value: flagOf(server.words, name),
    }));
  const isRancher = ['K3s', 'RKE2'].includes(distributionOf(nodes) ?? '');
  const usual = (value: string): Source[] => (isRancher ? [{ from: 'the default of K3s and RKE2', value }] : []);
  const words = controllerManagers[0] === undefined ? undefined : wordsOf(controllerManagers[0]);
  return {
    pods: firstOf([
      ...flag(controllerManagers, 'cluster-cidr'),
      fromKubeadm('controllerManager.extraArgs', kubeadmArgument(written, 'cluster-cidr')),
      fromKubeadm('networking.podSubnet', yamlScalar(written, 'podSubnet')),
      {
        from: `ConfigMap ${namespace}/kube-proxy, clusterCIDR`,
        value: yamlScalar(kubeProxy?.data['config.conf'] ?? '', 'clusterCIDR'),
      },
      ...fromServers('cluster-cidr'),
      ...usual('10.42.0.0/16'),
    ]),
    services: firstOf([
      ...flag(components, 'service-cluster-ip-range'),
      fromKubeadm('networking.serviceSubnet', yamlScalar(written, 'serviceSubnet')),
      ...fromServers('service-cidr'),
      ...usual('10.43.0.0/16'),
    ]),
    controllerManagers,
    allocates: words === undefined ? undefined : flagOf(words, 'allocate-node-cidrs') === 'true',
    nodeMaskSize:
      words === undefined
        ? undefined
        : (flagOf(words, 'node-cidr-mask-size-ipv4') ?? flagOf(words, 'node-cidr-mask-size')),
  };
}
