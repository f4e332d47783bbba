import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { internalAddresses, isControlPlane } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import {
  type ApiServer,
  apiServerAt,
  apiServerNodes,
  apiServerReads,
  readApiServer,
} from '../kubernetes/api-server.ts';
import { couldSuffer, readSoughtAddresses, readVictims, spread, type Victim } from '../kubernetes/victims.ts';

export const clientReads: readonly Read[] = [...apiServerReads, list(Node), list(Pod), logs('everywhere')];

const systemNamespace = 'kube-system';
const restartedMilliseconds = 1_800_000;

/** Where among the nodes pods suffer; it tells where to look. */
export type Where = 'remote' | 'everywhere' | 'one-node' | 'some';

export type Clients = {
  readonly api: ApiServer;
  readonly asked: readonly Pod[];
  readonly victims: readonly Victim[];
  readonly nodes: readonly string[];
  readonly where: Where;
};

/**
 * Asks pods on the pod network that are likely to talk to the API server, by their logs: those of kube-system, and
 * anywhere else those that are not ready or have restarted in the last half hour, which is what happens to a program
 * that cannot reach it. A run may be pointed at a namespace, a pod or a node.
 */
export async function readClients(
  sight: Pick<Sight, 'cluster' | 'now' | 'target'>,
  mostLogs: number,
): Promise<Clients> {
  const { cluster, now, target } = sight;
  const [published, nodes, pods] = await Promise.all([
    unlessMissing(readApiServer(cluster)),
    cluster.list(Node),
    cluster.list(Pod),
  ]);
  const wanted = pods.filter(
    (pod) =>
      couldSuffer(pod) &&
      (target.namespace === undefined || pod.metadata.namespace === target.namespace) &&
      (target.pod === undefined || pod.metadata.name === target.pod) &&
      (target.node === undefined || pod.spec.nodeName === target.node),
  );
  const isNamed = target.namespace !== undefined || target.pod !== undefined;
  const likely = wanted.filter((pod) => isNamed || pod.metadata.namespace === systemNamespace || isTroubled(pod, now));
  const asked = spread(likely, mostLogs);
  const api = 'because' in published ? await guessApiServer(cluster, nodes, asked, published) : published;
  const { victims } = await readVictims(cluster, asked, api, now);
  const own = apiServerNodes(api, nodes);
  const suffering = [...new Set(victims.map(({ pod }) => pod.spec.nodeName ?? ''))].sort();
  return { api, asked, victims, nodes: suffering, where: whereOf(suffering, asked, own) };
}

/** That the Service may not be read is another thing, and nobody catches that. */
async function unlessMissing(api: Promise<ApiServer>): Promise<ApiServer | CannotRead> {
  try {
    return await api;
  } catch (error) {
    if (error instanceof CannotRead && error.reason === 'missing') return error;
    throw error;
  }
}

/**
 * Where the Service `kubernetes` is not there, as in what somebody wrote down of a cluster: what pods ask in vain with
 * requests that only an API server answers. Where none does, nobody can say that they reach it.
 */
async function guessApiServer(
  cluster: ClusterReader,
  nodes: readonly Node[],
  asked: readonly Pod[],
  missing: CannotRead,
): Promise<ApiServer> {
  const sought = await readSoughtAddresses(cluster, asked);
  if (sought.length === 0) throw missing;
  const own = nodes.filter(isControlPlane).flatMap(internalAddresses);
  return apiServerAt(
    sought.filter((address) => !own.includes(address)),
    own,
  );
}

function isTroubled(pod: Pod, now: Date): boolean {
  if (!isReady(pod)) return true;
  return pod.status.containerStatuses.some(
    ({ lastState }) => now.getTime() - (lastState.terminated?.finishedAt?.getTime() ?? 0) <= restartedMilliseconds,
  );
}

function whereOf(suffering: readonly string[], asked: readonly Pod[], own: ReadonlySet<string>): Where {
  const nodes = new Set(asked.map(({ spec }) => spec.nodeName ?? ''));
  const isHealthyElsewhere = [...nodes].some((node) => !suffering.includes(node));
  if (suffering.length === nodes.size)
    return suffering.some((node) => own.has(node)) || own.size === 0 ? 'everywhere' : 'remote';
  const remote = [...nodes].filter((node) => !own.has(node));
  if (suffering.every((node) => !own.has(node)) && remote.every((node) => suffering.includes(node))) return 'remote';
  return suffering.length === 1 && isHealthyElsewhere ? 'one-node' : 'some';
}
