import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { DoesNotApply } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { get } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { validitiesOf } from '../../facts/kubernetes/certificates.ts';
import { ConfigMap } from '../../kinds/kubernetes.ts';
import { renewAuthority } from '../../remedies/control-plane/renew-authority.ts';

const code = 'control-plane/authority-expiring';
const published = { namespace: 'kube-system', name: 'extension-apiserver-authentication' } as const;
const day = 86_400_000;

/** An API server that has such authorities writes it once a minute, so where it is not there, nothing is published. */
const nothingPublished = `The API servers publish no certificate authority: there is no ConfigMap ${published.namespace}/${published.name}. Ask whoever runs the control plane when its authorities end.`;

/** What each published authority signs; they are public data, and the only ends of authorities that the API tells. */
const authorities = {
  'client-ca-file': 'the certificates of clients, kubelets among them',
  'requestheader-client-ca-file': 'the certificate with which API servers ask aggregated APIs',
} as const;

/** Only the authorities that Kubernetes publishes are seen here. kubeadm makes them for ten years. */
export const authorityExpiring = defineCheck({
  id: code,
  asks: 'Are the published certificate authorities valid for long enough to renew them in peace?',
  appliesTo: () => true,
  reads: [get(ConfigMap, { in: { namespace: published.namespace }, names: [published.name] })],
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Certificate authority ends soon',
      leadsTo: ['control-plane/client-certificate-expiring', 'control-plane/front-proxy-untrusted'],
    },
  },
  remedies: [renewAuthority],
  settings: z.strictObject({
    warningDays: z.number().min(1).default(90),
    criticalDays: z.number().min(0).default(30),
  }),
  async look({ cluster, now, settings }) {
    const config = await cluster.find(ConfigMap, published);
    if (config === undefined) throw new DoesNotApply(nothingPublished);
    const ends = Object.keys(authorities).flatMap((key) => {
      const validities = validitiesOf(config.data[key] ?? '');
      // A bundle holds the old and the new authority while one takes over from the other: the newest end counts.
      const end = Math.max(...validities.map(({ notAfter }) => notAfter.getTime()));
      return validities.length === 0 ? [] : [{ key: key as keyof typeof authorities, end: new Date(end) }];
    });
    const findings = ends.flatMap(({ key, end }): Finding<typeof code>[] => {
      const left = end.getTime() - now.getTime();
      if (left > settings.warningDays * day) return [];
      const when =
        left <= 0 ? `ended at ${sayTime(end, now)}` : `ends in ${sayDuration(left)}, at ${sayTime(end, now)}`;
      return [
        {
          code,
          severity: left <= settings.criticalDays * day ? 'critical' : 'warning',
          about: referenceTo(config),
          says: `The certificate authority ${key} ${when}. It signs ${authorities[key]}; no certificate that it signed is valid longer than it is.`,
          confidence: [1, 'The end stands in the published certificate.'],
          evidence: [{ from: `ConfigMap ${published.namespace}/${published.name}, ${key}`, says: `It ${when}.` }],
          remedies: [renewAuthority.with({ authority: key })],
        },
      ];
    });
    const measured = Object.keys(authorities).map((key) => {
      const found = ends.find((one) => one.key === key);
      return { what: `End of ${key}`, is: found === undefined ? 'not published' : sayTime(found.end, now) };
    });
    return { findings, measured };
  },
});
