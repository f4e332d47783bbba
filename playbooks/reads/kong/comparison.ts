import { CannotRead, type ReadFailure } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { type AdminApi, adminApiOf } from '../../facts/kong/admin-api.ts';
import { Service } from '../../kinds/networking.ts';
import { type Installation, mainProxy } from './installation.ts';
import type { RoutedService } from './routed-services.ts';
import { readTargets, targetReads } from './targets.ts';

export const comparisonReads: readonly Read[] = [list(Service), ...targetReads];

/** What Kong has stored for a Service (T) beside what Kubernetes knows of it (E). */
export type Comparison = {
  readonly routed: RoutedService;
  readonly upstream: string;
  readonly targets: readonly string[];
  /** Targets that are no ready endpoint. */
  readonly dead: readonly string[];
  /** Ready endpoints that are no target. */
  readonly unknown: readonly string[];
};

/** Where the Admin API can be asked; undefined where it is kept to the pod itself, as the charts do by default. */
export async function findAdminApi(cluster: ClusterReader, installation: Installation): Promise<AdminApi | undefined> {
  const services = (await cluster.list(Service)).filter(
    ({ metadata }) => metadata.namespace === installation.namespace,
  );
  return adminApiOf(mainProxy(installation).container, services);
}

/** The same; throws where there is none to ask. */
export async function readAdminApi(cluster: ClusterReader, installation: Installation): Promise<AdminApi> {
  const admin = await findAdminApi(cluster, installation);
  if (admin !== undefined) return admin;
  throw new CannotRead(
    'ask Kong for its targets',
    'missing',
    `no Service in ${installation.namespace} leads to its Admin API, which may listen on 127.0.0.1 alone`,
  );
}

/** Each Service costs a request or two. */
const mostServices = 100;

/**
 * Of those Services of which Kong tells its targets, what it has. It keeps its Admin API to itself by default, and gives
 * nothing without its database: that is no failure here. Throws where the right to ask is missing.
 */
export async function askKong(
  cluster: ClusterReader,
  installation: Installation,
  routed: readonly RoutedService[],
): Promise<Comparison[]> {
  const asked = routed.filter(({ endpoints }) => endpoints.ready.length > 0);
  if (asked.length > mostServices) return [];
  const admin = await orNothing(findAdminApi(cluster, installation));
  if (admin === undefined) return [];
  const answers = await Promise.all(
    asked.map(async (one) => orNothing(compareTargets(cluster, installation, admin, one))),
  );
  return answers.filter((answer) => answer !== undefined);
}

const silences: readonly ReadFailure[] = ['missing', 'server-error', 'unexpected-shape', 'timeout', 'invalid'];

async function orNothing<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CannotRead && silences.includes(error.reason)) return undefined;
    throw error;
  }
}

/** Compares addresses, not ports: which port a target has follows from the Service, and is no sign of age. */
export async function compareTargets(
  cluster: ClusterReader,
  { namespace }: Installation,
  admin: AdminApi,
  routed: RoutedService,
): Promise<Comparison> {
  const endpoints = routed.endpoints.ready.map(({ address }) => address);
  const [upstream = ''] = routed.upstreams;
  const all = await Promise.all(routed.upstreams.map(async (name) => readTargets(cluster, { namespace, admin }, name)));
  const targets = [...new Set(all.flat())].sort();
  // A pod may be missing from one port's upstream only.
  const inEvery = (address: string) => all.every((one) => one.includes(address));
  return {
    routed,
    upstream,
    targets,
    dead: targets.filter((target) => !endpoints.includes(target)),
    unknown: endpoints.filter((address) => !inEvery(address)),
  };
}
