import type { Sight } from '../../../src/core/check.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { type DatabaseFault, faultOfPod, notReadySince } from '../../facts/kong/database-state.ts';
import { type DatabaseSettings, databaseSettings } from '../../facts/kong/product.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Deployment, Pod } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';
import { StatefulSet } from '../../kinds/workloads.ts';
import { endpointReads, readServiceEndpoints } from '../kubernetes/service-endpoints.ts';
import { type Installation, mainProxy } from './installation.ts';

export const databaseReads: readonly Read[] = [
  list(Service),
  ...endpointReads,
  list(StatefulSet),
  list(Deployment),
  list(Pod),
];

export type KongDatabase = {
  readonly settings: DatabaseSettings;
  /** `outside`: a host that is no Service of this cluster, or is not to be seen, so only Kong can say whether it answers. */
  readonly place: 'cluster' | 'outside' | 'none';
  readonly service: Service | undefined;
  /** What makes the database's pods; undefined when its Service selects none that is made by one. */
  readonly workload: StatefulSet | Deployment | undefined;
  readonly pods: readonly Pod[];
  readonly endpointsFrom: string;
  /** Ready addresses behind its Service. */
  readonly ready: readonly string[];
  /** Since when there is none; undefined where there are some, or nothing tells. */
  readonly goneSince: Date | undefined;
  /** Why there is none; undefined where there are some, or where nobody can tell. */
  readonly fault: DatabaseFault | undefined;
};

type Named = { readonly namespace: string; readonly name: string; readonly isCertain: boolean };

/** The Service that a host name means inside the cluster. `pg.data` may as well be a name outside of it. */
function serviceNamed(host: string, ownNamespace: string): Named | undefined {
  const [name = '', namespace, svc] = host.split('.');
  if (/^[0-9.]+$/.test(host) || host.includes(':') || name === '' || name === 'localhost') return undefined;
  if (namespace === undefined) return { name, namespace: ownNamespace, isCertain: true };
  if (svc !== undefined && svc !== 'svc') return undefined;
  return { name, namespace, isCertain: svc === 'svc' };
}

function isMadeBy(pod: Pick<Pod, 'metadata'>, namespace: string | undefined, labels: Readonly<Record<string, string>>) {
  return (
    pod.metadata.namespace === namespace &&
    Object.entries(labels).every(([name, value]) => pod.metadata.labels[name] === value)
  );
}

function selects(service: Service, { metadata, spec }: StatefulSet | Deployment): boolean {
  const selector = Object.entries(service.spec.selector ?? {});
  if (selector.length === 0 || metadata.namespace !== service.metadata.namespace) return false;
  // A primary's Service may select by a label that only its running pod carries.
  const ofTemplate = selector.filter(([name]) => name in spec.template.metadata.labels);
  return ofTemplate.length > 0 && ofTemplate.every(([name, value]) => spec.template.metadata.labels[name] === value);
}

/** Kong's database as Kubernetes knows it. Kong itself is not asked. */
export async function readKongDatabase(
  { cluster }: Pick<Sight, 'cluster'>,
  installation: Installation,
): Promise<KongDatabase> {
  const settings = databaseSettings(mainProxy(installation).container);
  const nothing = {
    settings,
    service: undefined,
    workload: undefined,
    pods: [],
    endpointsFrom: '',
    ready: [],
    goneSince: undefined,
  };
  if (settings.engine !== 'postgres') return { ...nothing, place: 'none', fault: undefined };
  const { host } = settings;
  if (host === undefined) return { ...nothing, place: 'outside', fault: undefined };
  const services = await cluster.list(Service);
  const named = serviceNamed(host, installation.namespace);
  const service = services.find(
    ({ metadata, spec }) =>
      (metadata.name === named?.name && metadata.namespace === named.namespace) || spec.clusterIP === host,
  );
  if (service === undefined) {
    return named?.isCertain
      ? { ...nothing, place: 'cluster', fault: 'no-service' }
      : { ...nothing, place: 'outside', fault: undefined };
  }
  if (service.spec.type === 'ExternalName') return { ...nothing, service, place: 'outside', fault: undefined };
  const endpointsOf = await readServiceEndpoints(cluster, [service]);
  const { from, ready, changedAt } = endpointsOf(service);
  const workloads = [...(await cluster.list(StatefulSet)), ...(await cluster.list(Deployment))];
  const workload = workloads.find((candidate) => selects(service, candidate));
  const labels = service.spec.selector ?? {};
  const pods = (await cluster.list(Pod)).filter(
    (pod) =>
      Object.keys(labels).length > 0 &&
      (isMadeBy(pod, service.metadata.namespace, labels) || (workload !== undefined && isOf(pod, workload))),
  );
  const addresses = ready.map(({ address }) => address);
  const fault = addresses.length > 0 ? undefined : faultOf(workload, pods);
  const goneSince = addresses.length > 0 ? undefined : (lastReady(pods) ?? changedAt);
  return {
    settings,
    place: 'cluster',
    service,
    workload,
    pods,
    endpointsFrom: from,
    ready: addresses,
    goneSince,
    fault,
  };
}

function isOf(pod: Pod, { metadata, spec }: StatefulSet | Deployment): boolean {
  const { labels } = spec.template.metadata;
  return Object.keys(labels).length > 0 && isMadeBy(pod, metadata.namespace, labels);
}

/** When the last of them stopped being ready; undefined when some do not tell. */
function lastReady(pods: readonly Pod[]): Date | undefined {
  const times = pods.map((pod) => notReadySince(pod)?.getTime());
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return new Date(Math.max(...times.filter((time) => time !== undefined)));
}

function faultOf(workload: KongDatabase['workload'], pods: readonly Pod[]): DatabaseFault {
  if (workload?.spec.replicas === 0) return 'scaled-to-zero';
  const [broken] = pods.filter((pod) => !isReady(pod));
  return broken === undefined ? 'no-pod' : faultOfPod(broken);
}
