import { z } from 'zod';
import { afterRestartOfApiServer, beforeRestartOfApiServer } from '../../facts/calico/restart-warning.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const renewFrontProxy = defineManualRemedy({
  id: 'control-plane/renew-front-proxy',
  does: 'Put the trust between the API servers and the aggregated API right.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'By restarting the backend alone: it reads the same authority again. It helps only when the authority was changed after it started.',
    'On Calico v3.21.0 to v3.22.5 and v3.23.0 without a look at new pods afterwards: they may get no network once an API server has restarted (#6032).',
  ],
  input: z.object({
    failure: z.enum(['401', '403']),
    namespace: z.string(),
    workload: z.string(),
    reloads: z.boolean(),
  }),
  async instruct({ platform }, { failure, namespace, workload, reloads }) {
    const compare =
      'On each control-plane node: openssl x509 -noout -subject -issuer -enddate -in /etc/kubernetes/pki/front-proxy-client.crt, and openssl verify -CAfile /etc/kubernetes/pki/front-proxy-ca.crt of the same file. Compare the authority with the one that is published: kubectl -n kube-system get configmap extension-apiserver-authentication -o yaml';
    const forbidden = [
      'A 403 means that the certificate is trusted, and its name is not: requestheader-allowed-names of the same ConfigMap must be empty or name the CN of that certificate.',
      `If it does, see that the backend may ask: kubectl get clusterrolebinding system:auth-delegator, or the one that names the service account of ${word(namespace)}/${word(workload)}; and rolebinding extension-apiserver-authentication-reader in kube-system.`,
    ];
    const renew = [
      ...beforeRestartOfApiServer(platform),
      'If it has expired, renew it on each control-plane node: kubeadm certs renew front-proxy-client (kubeadm alpha certs up to 1.19). RKE2 and K3s renew at a restart of the service.',
      reloads
        ? 'The API server reads it again from disk by itself, within a minute.'
        : 'This API server is older than 1.19 and reads it only when it starts: restart them one node after another, by moving the manifest out of /etc/kubernetes/manifests for 20 s.',
      ...(reloads ? [] : afterRestartOfApiServer(platform)),
      `If the authorities differ, the nodes were set up with different ones: make them the same, then restart the backend: kubectl -n ${word(namespace)} rollout restart deployment ${word(workload)}`,
    ];
    return {
      steps: failure === '403' ? [compare, ...forbidden] : [compare, ...renew],
      effect: 'The API is back within 30 s once the backend accepts the certificate.',
    };
  },
});
