import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { controlPlanePrograms } from './build.ts';
import { createCertificates } from './certificates.ts';
import { type AdminClient, adminClient } from './client.ts';
import { untilReady } from './control-plane.ts';
import { type Access, kubeconfigText } from './kubeconfig.ts';
import { freePorts, guard, killAll, start } from './processes.ts';
import { bareKubeApiserver, etcd } from './programs.ts';

/**
 * etcd and kube-apiserver and nothing else: no controller, scheduler or kubelet that would answer what is loaded
 * into it, so that a world stands still there as it stands in its file.
 */
export type BareApiServer = {
  readonly folder: string;
  /** The JSON gateway of etcd. Objects are stored as JSON in it. */
  readonly etcd: string;
  readonly admin: AdminClient;
  readonly access: Access;
  /** A kubeconfig of the admin. */
  readonly kubeconfig: string;
  readonly auditLog: string;
  /** What a kubelet shows when the server comes for a log. */
  readonly kubelet: { readonly cert: Buffer; readonly key: Buffer };
  stop(): Promise<void>;
};

/**
 * Starts one. Whatever the server wants of a node, a pod or a service it asks of the HTTP CONNECT proxy on that
 * Unix socket, as it does where a cluster's network is reached through konnectivity.
 */
export async function startBareApiServer(farSide: string): Promise<BareApiServer> {
  const programs = await controlPlanePrograms((sentence) => process.stderr.write(`${sentence}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-control-plane-'));
  const letGo = await guard(folder);
  const end = async (): Promise<void> => {
    await killAll(folder);
    await rm(folder, { recursive: true, force: true });
    letGo();
  };
  try {
    const certificates = await createCertificates(folder);
    const [client = 0, peer = 0, apiserver = 0] = await freePorts(3);
    const ports = { etcd: client, etcdPeer: peer, apiserver, kubelet: 0 };
    const server = `https://127.0.0.1:${apiserver}`;
    const files = await writeFiles(folder, farSide);
    await start(folder, etcd(programs, folder, ports));
    await start(folder, bareKubeApiserver(programs, certificates, files, ports));
    const access: Access = {
      server,
      authority: await readFile(certificates.authority.certificate),
      certificate: await readFile(certificates.admin.certificate),
      key: await readFile(certificates.admin.key),
      token: undefined,
    };
    const kubeconfig = join(folder, 'admin.kubeconfig');
    const { certificate, key } = certificates.admin;
    const cluster = { server, 'certificate-authority': certificates.authority.certificate };
    await writeFile(kubeconfig, kubeconfigText(cluster, { 'client-certificate': certificate, 'client-key': key }));
    const admin = adminClient(access);
    await untilReady(admin);
    return {
      folder,
      etcd: `http://127.0.0.1:${client}`,
      admin,
      access,
      kubeconfig,
      auditLog: files.auditLog,
      kubelet: {
        cert: await readFile(certificates.kubelet.certificate),
        key: await readFile(certificates.kubelet.key),
      },
      stop: async () => {
        await admin.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function writeFiles(folder: string, farSide: string) {
  const files = {
    tokens: join(folder, 'tokens.csv'),
    auditPolicy: join(folder, 'audit-policy.yaml'),
    auditLog: join(folder, 'audit.log'),
    kubeconfig: '',
    egress: join(folder, 'egress.yaml'),
  };
  const connection = { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName: farSide } } };
  await writeFile(files.tokens, 'token-of-nobody,nobody,nobody\n');
  await writeFile(
    files.egress,
    stringify({
      apiVersion: 'apiserver.k8s.io/v1beta1',
      kind: 'EgressSelectorConfiguration',
      egressSelections: [{ name: 'cluster', connection }],
    }),
  );
  await writeFile(
    files.auditPolicy,
    stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      // Whether a deletion was a dry run stands in its body and nowhere else.
      rules: [{ level: 'Request', verbs: ['delete', 'create', 'patch'] }, { level: 'Metadata' }],
    }),
  );
  return files;
}
