import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { get } from '../../../src/core/read.ts';
import { isIn } from '../../../src/core/version.ts';
import { validitiesOf } from '../../facts/kubernetes/certificates.ts';
import { flagOf } from '../../facts/kubernetes/flags.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { ConfigMap, type Pod } from '../../kinds/kubernetes.ts';
import { AggregationSettings, aggregatedReads, readAggregation } from '../../reads/control-plane/aggregated-apis.ts';
import { explainedBy } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
  reportEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { renewFrontProxy } from '../../remedies/control-plane/renew-front-proxy.ts';

const code = 'control-plane/front-proxy-untrusted';

/** What API servers publish of themselves, for the backends of aggregated APIs. Authorities only, no keys. */
const published = { namespace: 'kube-system', name: 'extension-apiserver-authentication' } as const;

/** A backend trusts an API server by the authority in a ConfigMap (metrics-server#314, #531, #623 and #1059). */
export const frontProxyUntrusted = defineCheck({
  id: code,
  asks: 'Do the backends of aggregated APIs trust the API server?',
  appliesTo: () => true,
  reads: [...aggregatedReads, get(ConfigMap, { in: { namespace: published.namespace }, names: [published.name] })],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Front proxy not trusted',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [renewFrontProxy],
  settings: AggregationSettings,
  async look({ cluster, platform, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings, 'words');
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const explained = explainedBy('front-proxy-untrusted', aggregation);
    if (explained.length === 0) return { findings: [], measured };
    const configMap = await cluster.find(ConfigMap, published);
    const authority = describeAuthority(configMap?.data, aggregation.servers, now);
    const findings = explained.map((one): Finding<typeof code> => {
      const { api, target, backends, failure, confidence } = one;
      const [pod] = backends;
      const status = failure === 'forbidden' ? '403' : '401';
      const why =
        status === '401'
          ? 'the certificate with which API servers introduce themselves has expired, or was signed by another authority than the one the backend knows'
          : 'the certificate is trusted, and its name is not among the allowed ones, or the backend may not ask who it is';
      return {
        code,
        about: { apiVersion: 'v1', kind: 'ConfigMap', ...published },
        concerns: { APIService: [api.metadata.name] },
        says: `The backend ${target.namespace}/${target.name} answers the API server with ${status}: ${why}. ${authority.says}`,
        confidence: authority.isBroken ? [0.97, 'The published authority itself cannot be used.'] : confidence,
        evidence: [conditionEvidence(one, now), pathEvidence(one), authority.evidence, ...reportEvidence(one)],
        remedies: [
          renewFrontProxy.with({
            failure: status,
            namespace: target.namespace,
            workload: pod === undefined ? target.name : workloadOf(pod).name,
            reloads: isIn(platform.kubernetes.version, ['v1.19.0']) === true,
          }),
        ],
      };
    });
    return { findings, measured };
  },
});

type Authority = { readonly says: string; readonly isBroken: boolean; readonly evidence: Evidence };

function describeAuthority(
  data: Readonly<Record<string, string>> | undefined,
  servers: readonly Pod[],
  now: Date,
): Authority {
  const key = 'requestheader-client-ca-file';
  const from = `ConfigMap ${published.namespace}/${published.name}, ${key}`;
  const pem = data?.[key] ?? '';
  const names = namesOf(data?.['requestheader-allowed-names'] ?? '');
  const allowed = names.length === 0 ? 'Any name is allowed.' : `The allowed names are ${names.join(', ')}.`;
  if (pem === '') {
    const isGiven = servers.some(({ spec }) =>
      spec.containers.some(({ command, args }) => flagOf([...command, ...args], key) !== undefined),
    );
    // An API server that has one publishes it when it starts, so it was taken away since, or is written in a moment.
    const says = isGiven
      ? 'No authority for it is published, although API servers are started with one: the next start of one publishes it.'
      : 'No authority for it is published: API servers run without --requestheader-client-ca-file.';
    return { says, isBroken: true, evidence: { from, says } };
  }
  const ends = validitiesOf(pem).map(({ notAfter }) => notAfter.getTime());
  if (ends.length === 0) {
    const says = `The published authority cannot be read as a certificate. ${allowed}`;
    return { says, isBroken: false, evidence: { from, says } };
  }
  const end = new Date(Math.max(...ends));
  const isOver = end.getTime() <= now.getTime();
  const says = isOver
    ? `The published authority ended at ${sayTime(end, now)}. ${allowed}`
    : `The published authority is valid until ${sayTime(end, now)}. ${allowed}`;
  return { says, isBroken: isOver, evidence: { from, says } };
}

const Names = z.array(z.string());

/** A list in JSON, as API servers write it; anything else allows nobody by name. */
function namesOf(written: string): string[] {
  try {
    const parsed = Names.safeParse(JSON.parse(written));
    return parsed.success ? parsed.data : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
