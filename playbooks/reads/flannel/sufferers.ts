import type { Sight } from '../../../src/core/check.ts';
import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { type ApiServer, apiServerNodes, apiServerReads, findApiServer } from '../kubernetes/api-server.ts';
import { seekApiServer } from '../kubernetes/sought-api-server.ts';
import { couldSuffer, readVictims, spread, type Victim } from '../kubernetes/victims.ts';

const namespace = 'kube-system';

/** CoreDNS, metrics-server and the like: every cluster has some, they all talk to the API server, and they say so. */
export const suffererReads: readonly Read[] = [...apiServerReads, list(Pod), logs({ namespace })];

const mostLogs = 12;

export type Sufferers = {
  readonly asked: number;
  /** On nodes without an API server: packets to it leave the node there, and lose their way. */
  readonly remote: readonly Victim[];
};

/** System pods that the API server does not answer, on nodes that have none of their own. */
export async function readSufferers(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  nodes: readonly Node[],
): Promise<Sufferers> {
  const pods = await chosen(cluster);
  return suffering({ cluster, now }, await seekApiServer(cluster, nodes, pods), nodes);
}

/**
 * For a fault that is one whether somebody suffers or not: nobody is asked where the address of the API server is not
 * to be had.
 */
export async function seekSufferers(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  nodes: readonly Node[],
): Promise<Sufferers> {
  const api = await findApiServer(cluster);
  return api === undefined ? { asked: 0, remote: [] } : suffering({ cluster, now }, api, nodes);
}

/** `2 of 5 system pods that were asked get no answer`. */
export function saySufferers({ asked, remote }: Sufferers): string {
  return `${remote.length} of ${asked} system ${asked === 1 ? 'pod that was' : 'pods that were'} asked ${remote.length === 1 ? 'gets' : 'get'} no answer`;
}

async function chosen(cluster: ClusterReader): Promise<Pod[]> {
  return spread((await cluster.list(Pod, { namespace })).filter(couldSuffer), mostLogs);
}

async function suffering(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  api: ApiServer,
  nodes: readonly Node[],
): Promise<Sufferers> {
  const pods = await chosen(cluster);
  const { victims } = await readVictims(cluster, pods, api, now);
  const own = apiServerNodes(api, nodes);
  return { asked: pods.length, remote: victims.filter(({ pod }) => !own.has(pod.spec.nodeName ?? '')) };
}
