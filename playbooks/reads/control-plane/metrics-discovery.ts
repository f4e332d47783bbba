import { CannotRead } from '../../../src/core/errors.ts';
import { path, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, PathAnswer } from '../../../src/core/reader.ts';
import { metricsDiscovery } from '../../facts/control-plane/metrics-server.ts';

export const discoveryReads: readonly Read[] = [path(metricsDiscovery)];

/**
 * What a request for the metrics API is answered, which tells more than its condition: the check of the API server does
 * not verify the certificate. Undefined where the backend does not know the path; then the condition stands alone.
 */
export async function readMetricsDiscovery(cluster: ClusterReader): Promise<PathAnswer | undefined> {
  try {
    return await cluster.get(metricsDiscovery);
  } catch (error) {
    if (error instanceof CannotRead && error.reason === 'missing') return undefined;
    throw error;
  }
}
