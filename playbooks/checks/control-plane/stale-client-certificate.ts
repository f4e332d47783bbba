import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { DoesNotApply } from '../../../src/core/errors.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { alertShare, bounds, sayShare, shareOf } from '../../facts/control-plane/client-certificates.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import {
  certificateCountReads,
  findCertificateCounts,
  readCertificateCounts,
} from '../../reads/control-plane/client-certificates.ts';
import { restartControlPlanePart } from '../../remedies/control-plane/restart-control-plane-part.ts';

const code = 'control-plane/stale-client-certificate';
const day = 86_400_000;
const parts = ['kube-controller-manager', 'kube-scheduler'];
const notVisible =
  'No controller-manager and no scheduler runs as a pod in kube-system: K3s and RKE1 run them outside of pods, and a provider out of sight. The API does not tell since when they run; ask the nodes of the control plane, or the provider.';

/**
 * kubeadm issues client certificates for a year and puts them into kubeconfig files, which a process reads when it
 * starts. `kubeadm certs renew` changes the file, and `check-expiration` reads the file.
 */
export const staleClientCertificate = defineCheck({
  id: code,
  asks: 'Have the controller-manager and the scheduler been restarted since their certificates were renewed?',
  appliesTo: () => true,
  reads: [list(Pod), ...certificateCountReads],
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Old certificate in a running process',
      leadsTo: ['control-plane/client-certificate-expiring'],
    },
  },
  remedies: [restartControlPlanePart],
  settings: z.strictObject({
    /** A week less than the year for which kubeadm issues certificates. */
    mostDays: z.number().int().min(1).default(358),
    leastShare: z.number().min(0).max(1).default(alertShare),
  }),
  async look({ cluster, now, settings }) {
    const pods = (await cluster.list(Pod)).filter(
      ({ metadata }) => metadata.namespace === 'kube-system' && parts.includes(metadata.labels['component'] ?? ''),
    );
    const running = pods.flatMap((pod) => {
      const at = pod.status.containerStatuses[0]?.state.running?.startedAt;
      return at ? [{ pod, at, age: now.getTime() - at.getTime() }] : [];
    });
    if (pods.length === 0) throw new DoesNotApply(notVisible);
    const oldest = Math.max(0, ...running.map(({ age }) => age));
    const old = running.filter(({ age }) => age > settings.mostDays * day);
    const measured = [
      { what: 'Controller-managers and schedulers that run as pods', is: String(running.length) },
      { what: 'The longest that one of them has run', is: sayDuration(oldest) },
    ];
    const known = await findCertificateCounts(cluster);
    // Where all have started within the year, none holds a certificate from before, whatever clients show.
    if (old.length === 0 && known === undefined) return { findings: [], measured };
    const counts = known ?? (await readCertificateCounts(cluster));
    const share = shareOf(counts, bounds.week);
    const seen = [{ what: 'Certificates shown with less than 7 days left', is: sayShare(share) }];
    // With certificates of more than a year, which some installers issue, none of them ends soon.
    if (old.length === 0 || share < settings.leastShare || share === 0)
      return { findings: [], measured: [...measured, ...seen] };
    return {
      findings: old.map(({ pod, at, age }) => {
        const component = pod.metadata.labels['component'] ?? 'kube-controller-manager';
        const node = pod.spec.nodeName ?? 'unknown';
        return {
          code,
          about: { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name: pod.metadata.name },
          says: `${component} on ${node} has run for ${sayDuration(age)} without a restart, and clients of the API server do show certificates that end within a week (${sayShare(share)} of them). It read its certificate when it started; kubeadm issues them for a year. If the file was renewed since, as kubeadm certs check-expiration shows, the process still has the old one, and loses access when that ends.`,
          confidence: [
            0.8,
            'Age and metric fit together; the metric does not name the client, and which certificate the process holds is not visible.',
          ] as const,
          evidence: [
            {
              from: `${nameOf(referenceTo(pod))}, status.containerStatuses[0].state.running.startedAt`,
              says: `It started at ${sayTime(at, now)}.`,
            },
            {
              from: 'API server, /metrics',
              says: `${counts.atMost.get(bounds.week) ?? 0} of ${counts.total} certificates that clients showed had less than 7 days left.`,
            },
          ] as const,
          remedies: [
            restartControlPlanePart.with({
              component,
              node,
              others: listed(old.filter((one) => one.pod !== pod).map((one) => one.pod.metadata.name)),
            }),
          ],
        };
      }),
      measured: [...measured, ...seen],
    };
  },
});
