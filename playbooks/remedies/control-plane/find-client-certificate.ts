import { z } from 'zod';
import { defineManualRemedy } from '../manual.ts';

export const findClientCertificate = defineManualRemedy({
  id: 'control-plane/find-client-certificate',
  does: 'Find out which client shows the certificate, and see whether it still does.',
  risk: 'none',
  reversible: true,
  whenNotToUse: [
    'With kubeadm certs check-expiration alone: it reads files, and not what a running process has in its memory.',
  ],
  input: z.object({ isOver: z.boolean() }),
  async instruct(_sight, { isOver }) {
    return {
      steps: [
        'See whether it goes on: sum by (instance) (rate(apiserver_client_certificate_expiration_seconds_bucket{job="apiserver", le="604800"}[5m])). At 0 it is over, and the alert clears within 10 minutes.',
        'If the alert carries job="kubelet", it is about who asks that kubelet: kubelets export a metric of the same name.',
        'First the parts of the control plane that have run for almost a year (control-plane/stale-client-certificate), then kubelets that do not rotate (control-plane/kubelet-certificate-not-rotating). Kubelets say so themselves: kubelet_certificate_manager_client_ttl_seconds.',
        'Then who else has a kubeconfig with a certificate: monitoring, backup, deployment pipelines. Only the audit log of the API server names them: user.username of requests, by sourceIPs.',
        ...(isOver
          ? [
              'A certificate that is over counts before it is refused: look for 401 in the audit log, and for "certificate has expired" in the log of the API server.',
            ]
          : []),
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
