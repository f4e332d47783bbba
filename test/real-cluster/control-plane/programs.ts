import { join } from 'node:path';
import type { Programs } from './build.ts';
import type { Certificates } from './certificates.ts';

export type Ports = {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
  readonly kubelet: number;
};

/** Files that the programs are started with, as absolute paths. */
export type Files = {
  readonly tokens: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly kubeconfig: string;
};

type CommandLine = { readonly name: string; readonly command: string; readonly args: readonly string[] };

export function etcd(programs: Programs, folder: string, ports: Ports): CommandLine {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  const args = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  return { name: 'etcd', command: programs.etcd, args };
}

export function kubeApiserver(programs: Programs, certificates: Certificates, files: Files, ports: Ports): CommandLine {
  const { authority, frontProxyAuthority, frontProxy, server, kubeletClient, serviceAccounts } = certificates;
  const args = [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.apiserver}`,
    // Nothing may need the address of the `kubernetes` service, and loopback is not allowed to be one.
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${server.certificate}`,
    `--tls-private-key-file=${server.key}`,
    `--client-ca-file=${authority.certificate}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=Node,RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccounts}`,
    `--service-account-signing-key-file=${serviceAccounts}`,
    `--requestheader-client-ca-file=${frontProxyAuthority.certificate}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${frontProxy.certificate}`,
    `--proxy-client-key-file=${frontProxy.key}`,
    `--kubelet-certificate-authority=${authority.certificate}`,
    `--kubelet-client-certificate=${kubeletClient.certificate}`,
    `--kubelet-client-key=${kubeletClient.key}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    '--profiling=false',
    '--allow-privileged=true',
    // A continue token older than a compaction is answered from memory otherwise, and 410 could not be had.
    '--feature-gates=ListFromCacheSnapshot=false',
  ];
  return { name: 'kube-apiserver', command: programs.kubeApiserver, args };
}

export function kubeControllerManager(programs: Programs, certificates: Certificates, files: Files): CommandLine {
  const args = [
    `--kubeconfig=${files.kubeconfig}`,
    `--root-ca-file=${certificates.authority.certificate}`,
    `--service-account-private-key-file=${certificates.serviceAccounts}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
  return { name: 'kube-controller-manager', command: programs.kubeControllerManager, args };
}

export function kubeScheduler(programs: Programs, files: Files): CommandLine {
  const args = [`--kubeconfig=${files.kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
  return { name: 'kube-scheduler', command: programs.kubeScheduler, args };
}

export function kwok(programs: Programs, certificates: Certificates, files: Files, ports: Ports): CommandLine {
  const args = [
    `--kubeconfig=${files.kubeconfig}`,
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--node-ip=127.0.0.1',
    `--node-port=${ports.kubelet}`,
    `--server-address=127.0.0.1:${ports.kubelet}`,
    `--tls-cert-file=${certificates.kubelet.certificate}`,
    `--tls-private-key-file=${certificates.kubelet.key}`,
    '--node-lease-duration-seconds=40',
    '--enable-crds=Stage,Logs,ClusterLogs',
  ];
  return { name: 'kwok', command: programs.kwok, args };
}

/** An API server for worlds: its etcd can be read and written as JSON, and its way to nodes is a proxy of ours. */
export function bareKubeApiserver(
  programs: Programs,
  certificates: Certificates,
  files: Files & { readonly egress: string },
  ports: Ports,
): CommandLine {
  const { args, ...rest } = kubeApiserver(programs, certificates, files, ports);
  return {
    ...rest,
    args: [
      // The kubelets of a world have all one certificate, whatever their addresses.
      ...args.filter((argument) => !argument.startsWith('--kubelet-certificate-authority=')),
      // A node that gives no address is asked for by its name: the last flag of several counts.
      '--kubelet-preferred-address-types=InternalIP,Hostname',
      '--storage-media-type=application/json',
      `--egress-selector-config-file=${files.egress}`,
      // A node of a world has the taints that its file gives it.
      '--disable-admission-plugins=TaintNodesByCondition',
    ],
  };
}
