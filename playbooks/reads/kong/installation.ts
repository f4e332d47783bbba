import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { controllerOf, installed, proxyOf } from '../../facts/kong/product.ts';
import { type Container, Deployment, Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';

export const installationReads: readonly Read[] = [list(Deployment), list(DaemonSet), list(Pod)];

export type KongPart = {
  readonly workload: Deployment | DaemonSet;
  readonly container: Container;
  readonly pods: readonly Pod[];
};

export type Installation = {
  readonly namespace: string;
  readonly proxies: readonly KongPart[];
  readonly controllers: readonly KongPart[];
};

export type KongWorkload = {
  readonly workload: Deployment | DaemonSet;
  readonly proxy: Container | undefined;
  readonly controller: Container | undefined;
};

/** Every workload that runs Kong or its controller, in any namespace. */
export async function findKongWorkloads(cluster: ClusterReader): Promise<KongWorkload[]> {
  const workloads = [...(await cluster.list(Deployment)), ...(await cluster.list(DaemonSet))];
  return workloads
    .map((workload) => {
      const { template } = workload.spec;
      return { workload, proxy: proxyOf(template), controller: controllerOf(template) };
    })
    .filter(({ proxy, controller }) => proxy !== undefined || controller !== undefined);
}

/** Kong in the namespace where it was detected: what serves requests, and what writes its configuration. */
export async function readInstallation({
  cluster,
  platform,
}: Pick<Sight, 'cluster' | 'platform'>): Promise<Installation> {
  const { namespace } = installed(platform);
  const workloads = (await findKongWorkloads(cluster)).filter(
    ({ workload }) => workload.metadata.namespace === namespace,
  );
  const pods = await cluster.list(Pod, { namespace });
  const partsOf = (role: 'proxy' | 'controller'): KongPart[] =>
    workloads.flatMap(({ workload, [role]: container }) =>
      container === undefined
        ? []
        : [{ workload, container, pods: pods.filter((pod) => isMadeOf(pod, workload, container.name)) }],
    );
  return { namespace, proxies: partsOf('proxy'), controllers: partsOf('controller') };
}

/** A template's labels are on its pods, and so is its container. Another workload may share one of the two. */
function isMadeOf(pod: Pod, { spec }: KongPart['workload'], container: string): boolean {
  if (!pod.spec.containers.some(({ name }) => name === container)) return false;
  return Object.entries(spec.template.metadata.labels).every(([name, value]) => pod.metadata.labels[name] === value);
}

/** The first proxy, by which Kong's settings are read. Throws when there is only a controller. */
export function mainProxy({ namespace, proxies }: Installation): KongPart {
  const [first] = proxies;
  if (first !== undefined) return first;
  throw new CannotRead(`look at Kong in ${namespace}`, 'missing', 'no Deployment or DaemonSet there runs a Kong proxy');
}

export function podsOf(parts: readonly KongPart[]): Pod[] {
  return parts.flatMap(({ pods }) => pods);
}

/** Whether the controller shares its pods with the proxy, so that neither can be restarted alone. */
export function isSidecar({ proxies, controllers }: Installation): boolean {
  return controllers.some(({ workload }) => proxies.some((proxy) => proxy.workload === workload));
}
