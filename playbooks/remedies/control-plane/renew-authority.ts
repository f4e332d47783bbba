import { z } from 'zod';
import { afterRestartOfApiServer, beforeRestartOfApiServer } from '../../facts/calico/restart-warning.ts';
import { defineManualRemedy } from '../manual.ts';

const files = {
  'client-ca-file': '/etc/kubernetes/pki/ca.crt',
  'requestheader-client-ca-file': '/etc/kubernetes/pki/front-proxy-ca.crt',
} as const;

/** Changing an authority touches every client: a person plans it, and both authorities are trusted meanwhile. */
export const renewAuthority = defineManualRemedy({
  id: 'control-plane/renew-authority',
  does: 'Plan the change to a new certificate authority before the old one ends.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'With kubeadm certs renew alone: it renews certificates, and never an authority.',
    'By replacing the file on one node: every other node and client would refuse what it signs.',
  ],
  input: z.object({ authority: z.enum(['client-ca-file', 'requestheader-client-ca-file']) }),
  async instruct({ platform }, { authority }) {
    return {
      steps: [
        `On each control-plane node, see which authority ends: openssl x509 -noout -subject -enddate -in ${files[authority]}`,
        'Make a new authority, and let every part trust the old and the new one together, as the Kubernetes documentation on rotating CA certificates by hand says. RKE2 and K3s have their own command: rke2 certificate rotate-ca, k3s certificate rotate-ca.',
        ...beforeRestartOfApiServer(platform),
        'Restart the API servers, then the controller-manager and the scheduler, one control-plane node after another.',
        ...afterRestartOfApiServer(platform),
        'Issue all certificates anew from the new authority, kubeconfig files and kubelets included, then take the old authority out.',
      ],
      effect: 'Nothing ends while both authorities are trusted. Plan days for it, not hours.',
    };
  },
});
