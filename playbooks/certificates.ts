import { definePlaybook } from '../src/core/playbook.ts';
import { authorityExpiring } from './checks/control-plane/authority-expiring.ts';
import { clientCertificateExpiring } from './checks/control-plane/client-certificate-expiring.ts';
import { frontProxyUntrusted } from './checks/control-plane/front-proxy-untrusted.ts';
import { kubeletCertificateNotRotating } from './checks/control-plane/kubelet-certificate-not-rotating.ts';
import { staleClientCertificate } from './checks/control-plane/stale-client-certificate.ts';

/** The alert first, then who may have set it off. */
export const certificates = definePlaybook({
  id: 'certificates',
  title: 'Certificates of clients end soon',
  symptoms: [
    'KubeClientCertificateExpiration fires though kubeadm says that all is well',
    'a client certificate expires',
    'kubelet certificates are not rotated',
    'CertificateExpirationWarning on a node',
  ],
  takes: [],
  checks: [
    clientCertificateExpiring,
    staleClientCertificate,
    kubeletCertificateNotRotating,
    frontProxyUntrusted,
    authorityExpiring,
  ],
  version: 1,
});
