import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { failureMeans } from '../../facts/control-plane/discovery-failures.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { AggregationSettings, aggregatedReads, readAggregation } from '../../reads/control-plane/aggregated-apis.ts';
import { explainedBy } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
  reportEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { nodeOfServer } from '../../reads/control-plane/api-server-pods.ts';
import { compareApiServers } from '../../remedies/control-plane/compare-api-servers.ts';

const code = 'control-plane/one-apiserver-affected';

/** Every API server writes the same condition, so one that fails makes it change all the time. */
export const oneApiserverAffected = defineCheck({
  id: code,
  asks: 'Do all API servers agree about the backends of aggregated APIs?',
  appliesTo: () => true,
  reads: aggregatedReads,
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Only some API servers reach the backend',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [compareApiServers],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings, 'words');
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const findings = explainedBy('one-apiserver-affected', aggregation).map((one): Finding<typeof code> => {
      const { api, reports, failure, host = '', confidence } = one;
      const failing = reports.filter(({ fails }) => fails).map(({ pod }) => nodeOfServer(pod));
      const working = reports.filter(({ fails }) => !fails).map(({ pod }) => nodeOfServer(pod));
      const [first, ...others] = reports.filter(({ fails }) => fails);
      return {
        code,
        about:
          first !== undefined && others.length === 0
            ? { apiVersion: 'v1', kind: 'Node', name: nodeOfServer(first.pod) }
            : referenceTo(api),
        says: `Of ${reports.length} API servers ${failing.length === 1 ? 'the one' : 'those'} on ${listed(failing)} cannot reach the backend of ${api.metadata.name}, and ${working.length === 1 ? 'the one' : 'those'} on ${listed(working)} can: there, ${failureMeans[failure]}. All write the same condition, so it changes all the time, and every request depends on which API server takes it.`,
        confidence,
        evidence: [conditionEvidence(one, now), ...reportEvidence(one), pathEvidence(one)],
        remedies: [compareApiServers.with({ failing, working, host })],
      };
    });
    return { findings, measured };
  },
});
