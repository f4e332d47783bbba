import type { Look, Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { FindingCode } from '../../../src/core/finding.ts';
import { databaseSettings, installed, isDataPlane } from '../../facts/kong/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { findKongWorkloads } from './installation.ts';

/**
 * Of several Kongs with a database one is looked at: that of the namespace where Kong was detected. What is found there
 * stands; that nothing is wrong is said of that one alone, and leaves the others open.
 */
export function onlyOneLookedAt<Settings, Code extends FindingCode>(
  look: (sight: Sight<Settings>) => Promise<Look<Code>>,
): (sight: Sight<Settings>) => Promise<Look<Code>> {
  return async (sight) => {
    const seen = await look(sight);
    if (seen.findings.length > 0) return seen;
    const { namespace } = installed(sight.platform);
    const others = await otherNamespaces(sight, namespace);
    if (others.length === 0) return seen;
    throw new CannotRead(
      'look at every Kong of this cluster',
      'missing',
      `there is one in ${listed(others)} as well, and only that in ${namespace} can be looked at, where nothing is wrong; look at the other by hand`,
    );
  };
}

async function otherNamespaces({ cluster }: Pick<Sight, 'cluster'>, namespace: string): Promise<string[]> {
  const others = (await findKongWorkloads(cluster)).flatMap(({ workload, proxy }) => {
    if (proxy === undefined || isDataPlane(proxy) || databaseSettings(proxy).engine === 'off') return [];
    return workload.metadata.namespace === namespace ? [] : (workload.metadata.namespace ?? []);
  });
  return [...new Set(others)].sort();
}
