import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import {
  alertShare,
  bounds,
  type CertificateCounts,
  sayShare,
  shareOf,
} from '../../facts/control-plane/client-certificates.ts';
import { certificateCountReads, readCertificateCounts } from '../../reads/control-plane/client-certificates.ts';
import { apiServerObject } from '../../reads/kubernetes/api-server.ts';
import { findClientCertificate } from '../../remedies/control-plane/find-client-certificate.ts';

const code = 'control-plane/client-certificate-expiring';
const day = 86_400_000;

/** The metric names nobody, so this check tells that there is such a client, and others tell who. */
export const clientCertificateExpiring = defineCheck({
  id: code,
  asks: 'Do the clients of the API server have certificates that last for more than a week?',
  appliesTo: () => true,
  reads: certificateCountReads,
  findings: { [code]: { severity: 'warning', title: 'A client certificate ends soon' } },
  remedies: [findClientCertificate],
  settings: z.strictObject({
    /** Of all requests with a certificate; the alert looks at the shortest hundredth. */
    leastShare: z.number().min(0).max(1).default(alertShare),
    /** Counters that are older than this may tell of what is long over. */
    freshDays: z.number().int().min(1).default(7),
  }),
  async look({ cluster, now, settings }) {
    const counts = await readCertificateCounts(cluster);
    const { atMost, total, since } = counts;
    const age = since === undefined ? undefined : now.getTime() - since.getTime();
    const week = shareOf(counts, bounds.week);
    const measured = [
      { what: 'Certificates shown by clients', is: String(total) },
      { what: 'of these with less than 7 days left', is: `${atMost.get(bounds.week) ?? 0} (${sayShare(week)})` },
      { what: 'counted since', is: since === undefined ? 'an unknown time' : sayTime(since, now) },
    ];
    if (week < settings.leastShare || week === 0) return { findings: [], measured };
    const isFresh = age !== undefined && age <= settings.freshDays * day;
    const isCritical = shareOf(counts, bounds.day) >= settings.leastShare;
    const during = age === undefined ? 'since it started' : `in the ${sayDuration(age)} since it started`;
    return {
      findings: [
        {
          code,
          severity: isCritical ? 'critical' : 'warning',
          about: apiServerObject,
          says: `Clients show the API server certificates that end soon: ${during}, ${atMost.get(bounds.week) ?? 0} of ${total} had less than 7 days left${describe(counts)}. That is what KubeClientCertificateExpiration tells. The metric does not name the client; it asks often, so it is a kubelet, a part of the control plane or another program, and hardly a person.`,
          confidence: isFresh
            ? [0.95, 'The API server counted them; whether it goes on shows in the rate alone.']
            : [
                0.6,
                'The counters are old or of an unknown age: a client that has a new certificate since still counts.',
              ],
          evidence: [
            {
              from: 'API server, /metrics',
              says: `apiserver_client_certificate_expiration_seconds counts ${atMost.get(bounds.over) ?? 0} certificates that were over, ${atMost.get(bounds.day) ?? 0} with at most a day left and ${atMost.get(bounds.week) ?? 0} with at most a week, of ${total}.`,
            },
          ],
          remedies: [findClientCertificate.with({ isOver: (atMost.get(bounds.over) ?? 0) > 0 })],
        },
      ],
      measured,
    };
  },
});

function describe({ atMost }: CertificateCounts): string {
  const over = atMost.get(bounds.over) ?? 0;
  const aDay = atMost.get(bounds.day) ?? 0;
  if (over > 0) return `, and ${over} ${over === 1 ? 'was' : 'were'} over`;
  return aDay > 0 ? `, and ${aDay} less than a day` : '';
}
