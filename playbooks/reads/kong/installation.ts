import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { controllerOf, installed, isDataPlane, proxyOf } from '../../facts/kong/product.ts';
import { isFinished } from '../../facts/kubernetes/pods.ts';
import { type Container, Deployment, Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';

export const installationReads: readonly Read[] = [list(Deployment), list(DaemonSet), list(Pod)];

export type KongPart = {
  /** What runs it: the pod itself where no Deployment and no DaemonSet does. */
  readonly workload: Deployment | DaemonSet | Pod;
  readonly container: Container;
  readonly pods: readonly Pod[];
};

export type Installation = {
  readonly namespace: string;
  readonly proxies: readonly KongPart[];
  readonly controllers: readonly KongPart[];
};

export type KongWorkload = {
  readonly workload: KongPart['workload'];
  readonly proxy: Container | undefined;
  readonly controller: Container | undefined;
};

/** Every workload that runs Kong or its controller, in any namespace. */
export async function findKongWorkloads(
  cluster: ClusterReader,
): Promise<(KongWorkload & { readonly workload: Deployment | DaemonSet })[]> {
  const workloads = [...(await cluster.list(Deployment)), ...(await cluster.list(DaemonSet))];
  return workloads
    .map((workload) => {
      const { template } = workload.spec;
      return { workload, proxy: proxyOf(template), controller: controllerOf(template) };
    })
    .filter(({ proxy, controller }) => proxy !== undefined || controller !== undefined);
}

/**
 * The pods that run Kong or its controller without a Deployment or a DaemonSet: alone, or made by another kind. A Job
 * runs Kong's image as well, to prepare the database, and serves nothing.
 */
export function kongPodsAmong(pods: readonly Pod[]): (KongWorkload & { readonly workload: Pod })[] {
  return pods.flatMap((workload) => {
    const proxy = withoutPorts(proxyOf(workload));
    const controller = withoutPorts(controllerOf(workload));
    if (proxy === undefined && controller === undefined) return [];
    const serves = !isFinished(workload) && workload.metadata.ownerReferences.every(({ kind }) => kind !== 'Job');
    return serves ? [{ workload, proxy, controller }] : [];
  });
}

/** Of a pod no names of ports are read: there are too many pods, and a Service mostly gives the number. */
function withoutPorts(container: Pod['spec']['containers'][number] | undefined): Container | undefined {
  return container === undefined ? undefined : { ...container, ports: [] };
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
  const partsOf = (role: 'proxy' | 'controller'): KongPart[] => {
    const parts = workloads.flatMap(({ workload, [role]: container }) =>
      container === undefined
        ? []
        : [{ workload, container, pods: pods.filter((pod) => isMadeOf(pod, workload, container.name)) }],
    );
    if (parts.length > 0) return parts;
    return kongPodsAmong(pods).flatMap(({ workload, [role]: container }) =>
      container === undefined ? [] : [{ workload, container, pods: [workload] }],
    );
  };
  return { namespace, proxies: partsOf('proxy'), controllers: partsOf('controller') };
}

/** A template's labels are on its pods, and so is its container. Another workload may share one of the two. */
function isMadeOf(pod: Pod, { spec }: Deployment | DaemonSet, container: string): boolean {
  if (!pod.spec.containers.some(({ name }) => name === container)) return false;
  return Object.entries(spec.template.metadata.labels).every(([name, value]) => pod.metadata.labels[name] === value);
}

/**
 * The first proxy, by which Kong's settings are read: of hybrid mode a control plane, where one is here. Throws when
 * there is only a controller.
 */
export function mainProxy({ namespace, proxies }: Installation): KongPart {
  const first = proxies.find(({ container }) => !isDataPlane(container)) ?? proxies[0];
  if (first !== undefined) return first;
  throw new CannotRead(`look at Kong in ${namespace}`, 'missing', 'nothing there runs a Kong proxy');
}

export function podsOf(parts: readonly KongPart[]): Pod[] {
  return parts.flatMap(({ pods }) => pods);
}

/** Whether the controller shares its pods with the proxy, so that neither can be restarted alone. */
export function isSidecar({ proxies, controllers }: Installation): boolean {
  return controllers.some(({ workload }) => proxies.some((proxy) => proxy.workload === workload));
}
