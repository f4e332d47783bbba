import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotPrepared } from './control-plane/build.ts';
import { type AdminClient, adminClient } from './control-plane/client.ts';
import { type ControlPlane, type Identity, openControlPlane } from './control-plane/control-plane.ts';
import { type Access, accessOf, kubeconfigText } from './control-plane/kubeconfig.ts';
import { viewerRole, viewersAre } from './control-plane/rights.ts';
import { startControlPlane } from './control-plane/start.ts';

/** The cluster that all tests of one run share. */
export type TestCluster = {
  readonly kubeconfigs: Readonly<Record<Identity, string>>;
  readonly admin: AdminClient;
  /** Our own control plane; undefined when somebody gave a cluster, which has no switches for tests. */
  readonly controlPlane: ControlPlane | undefined;
  /** Whether KWOK, or something like it, makes pods on pretended nodes run and end. */
  readonly runsPods: boolean;
};

type Prepared = { readonly kubeconfigs: Readonly<Record<Identity, string>>; readonly folder?: string };

/** How the process that prepares the cluster tells the tests where it is. */
const handle = 'CLUSTER_TRIAGE_PREPARED_CLUSTER';
const disposable = 'cluster-triage/disposable';
const home = 'cluster-triage-tests';

/** The cluster that `prepareTestCluster` prepared for this run. */
export async function openTestCluster(): Promise<TestCluster> {
  const prepared = process.env[handle];
  if (prepared === undefined) throw new Error('No cluster was prepared: these tests run with npm run test:cluster.');
  const { kubeconfigs, folder } = JSON.parse(prepared) as Prepared;
  if (folder !== undefined) {
    const controlPlane = await openControlPlane(folder);
    return { kubeconfigs, admin: controlPlane.admin, controlPlane, runsPods: true };
  }
  const admin = adminClient(await accessOf(kubeconfigs.admin));
  const { status } = await admin.request('GET', '/apis/kwok.x-k8s.io/v1alpha1');
  return { kubeconfigs, admin, controlPlane: undefined, runsPods: status === 200 };
}

/**
 * Takes the disposable cluster of `CLUSTER_TRIAGE_TEST_KUBECONFIG` or `KUBECONFIG`, or starts a control plane.
 * A cluster is only touched when the label `cluster-triage/disposable=true` on its namespace `kube-system` says
 * that it may be. The result ends what was begun.
 */
export async function prepareTestCluster(say: (sentence: string) => void): Promise<() => Promise<void>> {
  const { CLUSTER_TRIAGE_TEST_KUBECONFIG: explicit, KUBECONFIG: implicit } = process.env;
  const given = explicit ?? implicit;
  if (given !== undefined && given !== '') {
    const access = await accessOf(given);
    const admin = adminClient(access);
    if (await isDisposable(admin)) {
      say(`Using the cluster at ${access.server}, which is marked as disposable.`);
      return useGivenCluster(given, access, admin);
    }
    await admin.close();
    const how = `kubectl label namespace kube-system ${disposable}=true`;
    if (explicit !== undefined) {
      throw new NotPrepared(
        `The cluster at ${access.server} is not marked as disposable. If it is, say so with "${how}".`,
      );
    }
    say(`Leaving the cluster of KUBECONFIG alone, because nobody said with "${how}" that it is disposable.`);
  }
  const controlPlane = await startControlPlane(say);
  const { kubeconfigs, folder } = controlPlane;
  process.env[handle] = JSON.stringify({ kubeconfigs, folder } satisfies Prepared);
  return async () => controlPlane.stop();
}

async function isDisposable(admin: AdminClient): Promise<boolean> {
  const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } };
  const { metadata } = await admin.get<{ metadata: { labels?: Record<string, string> } }>(system);
  return metadata.labels?.[disposable] === 'true';
}

async function useGivenCluster(kubeconfig: string, access: Access, admin: AdminClient): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-tests-'));
  const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: home } });
  const binding = viewersAre({ kind: 'ServiceAccount', name: 'viewer', namespace: home });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } };
  await admin.apply([namespace, account('viewer'), account('nobody'), viewerRole, binding]);
  const kubeconfigs = {
    admin: kubeconfig,
    viewer: await kubeconfigOf(folder, 'viewer', access, admin),
    nobody: await kubeconfigOf(folder, 'nobody', access, admin),
  };
  process.env[handle] = JSON.stringify({ kubeconfigs } satisfies Prepared);
  return async () => {
    for (const manifest of [binding, viewerRole, namespace]) await admin.remove(manifest);
    await admin.close();
    await rm(folder, { recursive: true, force: true });
  };
}

async function kubeconfigOf(folder: string, name: string, access: Access, admin: AdminClient): Promise<string> {
  const path = `/api/v1/namespaces/${home}/serviceaccounts/${name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } };
  const { status, body } = await admin.request('POST', path, request);
  if (status !== 201) throw new Error(`A token for ${name} was answered with ${status}: ${body}`);
  const { token } = (JSON.parse(body) as { status: { token: string } }).status;
  const file = join(folder, `${name}.kubeconfig`);
  const authority = Buffer.from(access.authority).toString('base64');
  await writeFile(file, kubeconfigText({ server: access.server, 'certificate-authority-data': authority }, { token }));
  return file;
}

/** The lines of the audit log of our own control plane that satisfy a condition. */
export async function audited<Line>(
  { auditLog }: Pick<ControlPlane, 'auditLog'>,
  wanted: (line: Line) => boolean,
): Promise<Line[]> {
  const text = await readFile(auditLog, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(wanted);
}
