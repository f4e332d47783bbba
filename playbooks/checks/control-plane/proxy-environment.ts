import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { failureMeans } from '../../facts/control-plane/discovery-failures.ts';
import { isExempt } from '../../facts/control-plane/proxy-environment.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { AggregationSettings, aggregatedReads, readAggregation } from '../../reads/control-plane/aggregated-apis.ts';
import {
  explainedBy,
  proxyEnvironmentOfServer,
  routesToEndpoints,
} from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { addressPlanReads, readAddressPlan } from '../../reads/kubernetes/address-plan.ts';
import { apiServerObject } from '../../reads/kubernetes/api-server.ts';
import { exemptClusterFromProxy } from '../../remedies/control-plane/exempt-cluster-from-proxy.ts';

const code = 'control-plane/proxy-environment';

/** An API server with proxy variables asks backends through that proxy (metrics-server#543, #1084, kubespray#6872). */
export const proxyEnvironment = defineCheck({
  id: code,
  asks: 'Do the API servers ask the backends of aggregated APIs directly, not through an HTTP proxy?',
  appliesTo: () => true,
  reads: [...aggregatedReads, ...addressPlanReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'API server asks an HTTP proxy',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [exemptClusterFromProxy],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings, 'words');
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const explained = explainedBy('proxy-environment', aggregation);
    if (explained.length === 0) return { findings: [], measured };
    const { services } = await readAddressPlan(cluster);
    const routes = aggregation.servers.some(routesToEndpoints);
    const findings = explained.map((one): Finding<typeof code> => {
      const { api, host = '', failure, confidence } = one;
      const proxied = aggregation.servers.flatMap((pod) => environmentEvidence(pod, host));
      return {
        code,
        about: apiServerObject,
        says: `API servers reach for the backend of ${api.metadata.name}${host === '' ? '' : `, ${host},`} through an HTTP proxy, which does not know addresses of the cluster: ${failureMeans[failure]}. ${proxied.length === 0 ? 'Their environment is not visible here.' : 'NO_PROXY does not name that address.'}`,
        confidence,
        evidence: [conditionEvidence(one, now), ...proxied.slice(0, 3), pathEvidence(one)],
        remedies: [
          exemptClusterFromProxy.with({ host, ranges: [...(services?.blocks ?? [])], routesToEndpoints: routes }),
        ],
      };
    });
    return { findings, measured };
  },
});

/** Names the variables; their values may hold a password. */
function environmentEvidence(pod: Pod, host: string): Evidence[] {
  const proxy = proxyEnvironmentOfServer(pod);
  if (proxy === undefined || (host !== '' && isExempt(proxy, host))) return [];
  const { variable, exempt } = proxy;
  return [
    {
      from: `${nameOf(referenceTo(pod))}, env`,
      says: `${variable} is set, and NO_PROXY ${exempt.length === 0 ? 'is not' : `names ${exempt.length} other ${exempt.length === 1 ? 'entry' : 'entries'}`}.`,
    },
  ];
}
