import type { Sight } from '../../../src/core/check.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { Deployment } from '../../kinds/kubernetes.ts';

/** Konga keeps its tables beside Kong's in many installations, and is what people open first. */
export async function kongaEvidence(cluster: Sight['cluster']): Promise<Evidence[]> {
  const down = (await cluster.list(Deployment)).filter(
    ({ spec, status }) =>
      spec.replicas > 0 &&
      status.readyReplicas === 0 &&
      spec.template.spec.containers.some(({ image }) => /(?:^|\/)konga(?:[:@]|$)/.test(image)),
  );
  return down.map((deployment) => ({
    from: `${nameOf(referenceTo(deployment))}, status.readyReplicas`,
    says: 'Konga is not ready either; it often shares the database with Kong.',
  }));
}
