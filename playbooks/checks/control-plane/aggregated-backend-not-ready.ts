import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { backendTroubleMeans } from '../../facts/control-plane/backend-lines.ts';
import { backendMeans } from '../../facts/control-plane/discovery-failures.ts';
import { metricsNamespace } from '../../facts/control-plane/metrics-server.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { isReady, workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import {
  AggregationSettings,
  aggregatedReads,
  readAggregation,
  type Unavailable,
} from '../../reads/control-plane/aggregated-apis.ts';
import { explainedBy, isBackendReason } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { type BackendWords, readBackendWords } from '../../reads/control-plane/backend-logs.ts';
import { mendAggregatedBackend } from '../../remedies/control-plane/mend-aggregated-backend.ts';
import { restartAggregatedBackend } from '../../remedies/control-plane/restart-aggregated-backend.ts';

const code = 'control-plane/aggregated-backend-not-ready';

/** The backend is at fault, and not the path to it: it is missing, not ready, or answers badly. */
export const aggregatedBackendNotReady = defineCheck({
  id: code,
  asks: 'Is there a ready pod behind every aggregated API?',
  appliesTo: () => true,
  reads: aggregatedReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'No ready backend of an aggregated API',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [restartAggregatedBackend, mendAggregatedBackend],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings);
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const explained = explainedBy('aggregated-backend-not-ready', aggregation);
    const findings = await Promise.all(
      explained.map(async (one) => describe(one, await readBackendWords(cluster, one.backends), now)),
    );
    return { findings, measured };
  },
});

type Why =
  | 'no-service'
  | 'no-port'
  | 'not-ready'
  | 'nobody-listens'
  | 'kubelet-certificate'
  | 'kubelet-unreachable'
  | 'bad-answer';

function whyOf(
  { condition: { reason }, failure, service, path, backends }: Unavailable,
  words: readonly BackendWords[],
): Why {
  if (service === undefined || reason === 'ServiceNotFound') return 'no-service';
  if (reason === 'ServicePortError') return 'no-port';
  const trouble = words[0]?.trouble;
  if (trouble === 'kubelet-certificate' || trouble === 'kubelet-unreachable') return trouble;
  if (failure === 'http-error') return 'bad-answer';
  return path.came === 'refused' && backends.length > 0 && backends.every(isReady) ? 'nobody-listens' : 'not-ready';
}

function describe(
  one: Unavailable & { readonly confidence: Finding['confidence'] },
  words: readonly BackendWords[],
  now: Date,
): Finding<typeof code> {
  const { api, target, condition, service, backends, failure, confidence } = one;
  const why = whyOf(one, words);
  const unready = backends.filter((pod) => !isReady(pod));
  const workload = backends[0] === undefined ? undefined : workloadOf(backends[0]);
  const backend = `${target.namespace}/${target.name}`;
  const state = isBackendReason(condition.reason)
    ? `Behind ${api.metadata.name} there is no backend: ${backendMeans[condition.reason]} (${backend}).`
    : failure === 'http-error'
      ? `The backend ${backend} of ${api.metadata.name} was reached, and answers with an error.`
      : why === 'nobody-listens'
        ? `The pod behind ${backend}, the backend of ${api.metadata.name}, is reached and refuses the connection: nobody listens at the port that the Service sends to.`
        : `Nothing that is ready listens behind ${backend}, the backend of ${api.metadata.name}.`;
  const pods =
    service === undefined
      ? ''
      : backends.length === 0
        ? ' The Service selects no pod.'
        : ` ${sayUnready(unready.length, backends.length)}`;
  const said = words[0] === undefined ? '' : ` Its log says that ${backendTroubleMeans[words[0].trouble]}.`;
  const canRestart =
    why === 'not-ready' &&
    unready.length > 0 &&
    workload?.kind === 'Deployment' &&
    workload.namespace === metricsNamespace;
  return {
    code,
    about: workload ?? (service === undefined ? referenceTo(api) : referenceTo(service)),
    concerns: { ...concernsOfPods(unready), APIService: [api.metadata.name] },
    says: `${state}${pods}${said}`,
    confidence,
    evidence: [
      conditionEvidence(one, now),
      pathEvidence(one),
      ...unready.slice(0, 3).map(podEvidence),
      ...words.map(({ from, trouble, lines, outOf }) => ({
        from,
        says: `By ${lines.length} ${lines.length === 1 ? 'line' : 'lines'} of the last 15 minutes ${backendTroubleMeans[trouble]}.`,
        lines: lines.slice(-3).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
        outOf,
      })),
    ],
    remedies: [
      ...(canRestart
        ? [
            restartAggregatedBackend.with({
              deployment: workload.name,
              pods: backends.map(({ metadata }) => metadata.name),
            }),
          ]
        : []),
      mendAggregatedBackend.with({
        api: api.metadata.name,
        namespace: target.namespace,
        service: target.name,
        port: target.port,
        why,
      }),
    ],
  };
}

function podEvidence(pod: Pod): Evidence {
  const waiting = pod.status.containerStatuses.find(({ state }) => state.waiting !== undefined);
  const reason = waiting?.state.waiting?.reason ?? '';
  const restarts = pod.status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return {
    from: nameOf(referenceTo(pod)),
    says: `It is not ready${reason === '' ? '' : `, and waits with ${reason}`}; it ${restarts === 0 ? 'never restarted' : `restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}`}.`,
  };
}

function sayUnready(unready: number, all: number): string {
  if (all === 1) return unready === 1 ? 'Its only pod is not ready.' : 'Its only pod is ready.';
  return `${unready} of its ${all} pods ${unready === 1 ? 'is' : 'are'} not ready.`;
}
