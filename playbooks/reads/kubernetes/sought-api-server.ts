import { CannotRead } from '../../../src/core/errors.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { internalAddresses, isControlPlane } from '../../facts/kubernetes/nodes.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { type ApiServer, apiServerAt, readApiServer } from './api-server.ts';
import { readSoughtAddresses } from './victims.ts';

/**
 * The API server at the addresses of its Service; where that is not there, as in what somebody wrote down of a cluster,
 * at those that these pods seek in vain with requests that only an API server answers. When they have said something,
 * and nothing of that kind, no address is left to ask for, and nobody suffers. Throws when none of them has a log.
 */
export async function seekApiServer(
  cluster: ClusterReader,
  nodes: readonly Node[],
  pods: readonly Pod[],
): Promise<ApiServer> {
  const published = await unlessMissing(readApiServer(cluster));
  if (!('because' in published)) return published;
  const { addresses, logs } = await readSoughtAddresses(cluster, pods);
  if (logs === 0) throw published;
  const own = nodes.filter(isControlPlane).flatMap(internalAddresses);
  return apiServerAt(
    addresses.filter((address) => !own.includes(address)),
    own,
  );
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
