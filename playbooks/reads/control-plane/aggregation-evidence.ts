import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Measurement } from '../../../src/core/finding.ts';
import { safeText } from '../../../src/core/redact.ts';
import { failureMeans } from '../../facts/control-plane/discovery-failures.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Aggregation, Availability, Unavailable, Unreached } from './aggregated-apis.ts';
import { isBackendReason } from './aggregation-cause.ts';
import { nodeOfServer } from './api-server-pods.ts';

/** `APIService v1beta1.metrics.k8s.io, status.conditions[Available]`, in the words of the API server. */
export function conditionEvidence({ api, condition, since, failure }: Unreached, now: Date): Evidence {
  const when = since === undefined ? '' : ` since ${sayTime(since, now)}`;
  const reason = condition.reason === '' ? 'no reason' : `reason ${condition.reason}`;
  const means = condition.reason === 'FailedDiscoveryCheck' ? `: ${failureMeans[failure]}` : '';
  return {
    from: `APIService ${api.metadata.name}, status.conditions[Available]`,
    says: `It is ${condition.status}${when}, with ${reason}${means}.`,
    ...(condition.message === '' ? {} : { lines: [safeText(condition.message).slice(0, 400)] }),
  };
}

export function pathEvidence({ target, path }: Unavailable): Evidence {
  return { from: `Service proxy to ${target.namespace}/${target.name}`, says: path.says };
}

/** What the API servers log, the failing ones first. */
export function reportEvidence({ api, reports }: Unreached): Evidence[] {
  return reports
    .filter(({ lines }) => lines.length > 0)
    .map(({ pod, log, lines }) => ({
      from: log?.from ?? `log of ${pod.metadata.name}`,
      says: `The API server on ${nodeOfServer(pod)} failed to ask for ${api.metadata.name} ${lines.length} ${lines.length === 1 ? 'time' : 'times'} within 5 minutes.`,
      lines: lines.slice(-3).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
      outOf: log?.lines.length ?? lines.length,
    }));
}

/** The same for every check of this family, so that a fix shows in all of them. */
export function aggregationMeasured({ all, unavailable }: Availability): Measurement[] {
  return [
    { what: 'Aggregated APIs with a backend', is: String(all.length) },
    {
      what: 'Aggregated APIs that are not available',
      is: unavailable.length === 0 ? 'none' : listed(unavailable.map(({ api }) => api.metadata.name)),
    },
  ];
}

/** What the failure is, for the measurement that explains why another cause was not named. */
export function failureMeasured({ unavailable }: Aggregation): Measurement[] {
  return unavailable.map(({ api, condition, failure, path }) => ({
    what: `${api.metadata.name}: message, and test of the path`,
    is: `${isBackendReason(condition.reason) || condition.reason !== 'FailedDiscoveryCheck' ? condition.reason : failure}, ${path.came}`,
  }));
}
