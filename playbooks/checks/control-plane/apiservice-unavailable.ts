import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { proxyPath } from '../../../src/core/read.ts';
import type { PathAnswer } from '../../../src/core/reader.ts';
import { safeText } from '../../../src/core/redact.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { backendMeans, failureMeans } from '../../facts/control-plane/discovery-failures.ts';
import { isTestable, metricsApi, metricsDiscovery } from '../../facts/control-plane/metrics-server.ts';
import type { ApiService } from '../../kinds/apiregistration.ts';
import {
  AggregationSettings,
  availabilityOf,
  availabilityReads,
  disagree,
  isWayInDoubt,
  readAvailability,
  type Unreached,
} from '../../reads/control-plane/aggregated-apis.ts';
import { isBackendReason } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  reportEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { discoveryReads, readMetricsDiscovery } from '../../reads/control-plane/metrics-discovery.ts';
import { mendAuthority } from '../../remedies/control-plane/mend-authority.ts';

const code = 'control-plane/apiservice-unavailable';

/** While a backend is not available, every request for its API gets a 503. */
export const apiserviceUnavailable = defineCheck({
  id: code,
  asks: 'Are the APIs that other servers provide, such as metrics, available?',
  appliesTo: () => true,
  reads: [...availabilityReads, ...discoveryReads],
  findings: { [code]: { severity: 'critical', title: 'Aggregated API not available' } },
  remedies: [mendAuthority],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const availability = await readAvailability({ cluster, now }, settings);
    const measured = aggregationMeasured(availability);
    const findings = availability.unavailable.map((one) => describe(one, now));
    const metrics = availability.all.find(
      (api) => api.metadata.name === metricsApi && availabilityOf(api)?.status === 'True',
    );
    if (metrics === undefined || findings.length > 0) return { findings, measured };
    const answer = await readMetricsDiscovery(cluster);
    if (answer === undefined) return { findings: [], measured };
    return {
      findings: answer.status < 500 ? [] : [onlyRequestsFail(metrics, answer)],
      measured: [...measured, { what: `API server, ${metricsDiscovery}`, is: String(answer.status) }],
    };
  },
});

/** Whether some other check can name the cause, from the words of the API server or from a test of the path. */
function isToldElsewhere(one: Unreached): boolean {
  const { condition, failure, reports, target } = one;
  if (isBackendReason(condition.reason) || disagree(reports)) return true;
  if (condition.reason !== 'FailedDiscoveryCheck') return false;
  return isWayInDoubt(one) ? isTestable(target) : failure !== 'unclassified';
}

/** A backend that no check may ask is asked by a person. Any answer of it counts. */
function howToTell({ target: { namespace, name, port } }: Unreached): string {
  const path = proxyPath({ to: 'services', namespace, name: `https:${name}:${port}`, path: '/' });
  return `ask the pod with "kubectl get --raw ${path}". If it answers, with an error too, the address of the Service is broken on the control plane; if nothing comes back, the way to the pod is broken.`;
}

function describe(one: Unreached, now: Date): Finding<typeof code> {
  const { api, condition, since, target, host, failure, reports } = one;
  const { name } = api.metadata;
  const flaps = disagree(reports);
  const duration =
    since === undefined
      ? 'for a time that is not known'
      : `since ${sayTime(since, now)}, for ${sayDuration(now.getTime() - since.getTime())}`;
  const why = isBackendReason(condition.reason)
    ? backendMeans[condition.reason]
    : condition.reason === 'FailedDiscoveryCheck' || flaps
      ? `${failureMeans[failure]}${host === undefined ? '' : ` (${host})`}`
      : `the API server gives the reason ${condition.reason}`;
  const state = flaps
    ? `The API ${name} is available and unavailable in turn`
    : `The API ${name} has not been available ${duration}`;
  return {
    code,
    about: referenceTo(api),
    concerns: { APIService: [name] },
    says: `${state}: ${why}. Requests for it get "the server is currently unable to handle the request", and namespaces cannot be deleted meanwhile. Its backend is the Service ${target.namespace}/${target.name}.${isToldElsewhere(one) ? '' : ` Why that is could not be told from here${isWayInDoubt(one) ? `: ${howToTell(one)}` : '.'}`}`,
    confidence: [1, 'The API server says so itself.'],
    evidence: [conditionEvidence(one, now), ...reportEvidence(one)],
    remedies: [],
  };
}

/** The check of the API server does not verify the certificate, and real requests do. */
function onlyRequestsFail(api: ApiService, { status, body }: PathAnswer): Finding<typeof code> {
  const isCertificate = /x509/.test(body);
  return {
    code,
    severity: 'warning',
    about: referenceTo(api),
    says: isCertificate
      ? `The API ${metricsApi} counts as available, and requests fail all the same: the API server does not accept the certificate of the backend. Its own check does not verify that certificate, and requests do.`
      : `The API ${metricsApi} counts as available, and the request that was made just now was answered ${status}. One of several API servers may not reach the backend.`,
    confidence: isCertificate
      ? [0.95, 'The answer names the certificate.']
      : [0.6, 'It was one request, to one API server.'],
    evidence: [
      { from: `API server, ${metricsDiscovery}`, says: `It answers ${status}.`, lines: [safeText(body).slice(0, 300)] },
    ],
    remedies: isCertificate
      ? [
          mendAuthority.with({
            api: metricsApi,
            namespace: api.spec.service?.namespace ?? 'kube-system',
            service: api.spec.service?.name ?? 'metrics-server',
          }),
        ]
      : [],
  };
}
