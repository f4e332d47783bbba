import { CannotRead } from '../../../src/core/errors.ts';
import { path, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { type CertificateCounts, certificateCounts } from '../../facts/control-plane/client-certificates.ts';

const metrics = '/metrics';

export const certificateCountReads: readonly Read[] = [path(metrics)];

/** What the API server that answers has counted; with several, each counts for itself. */
export async function readCertificateCounts(cluster: ClusterReader): Promise<CertificateCounts> {
  const { status, body } = await cluster.get(metrics);
  const counts = status === 200 ? certificateCounts(body) : undefined;
  if (counts !== undefined) return counts;
  throw new CannotRead(
    `read the certificates of clients from ${metrics}`,
    'unexpected-shape',
    status === 200 ? 'it does not count them' : `it answered ${status}`,
  );
}

/** The same; undefined where the API server that answers has no metrics at all. That they may not be read still throws. */
export async function findCertificateCounts(cluster: ClusterReader): Promise<CertificateCounts | undefined> {
  try {
    return await readCertificateCounts(cluster);
  } catch (error) {
    if (error instanceof CannotRead && error.reason === 'missing') return undefined;
    throw error;
  }
}
