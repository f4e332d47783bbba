import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AdminClient, Manifest } from './control-plane/client.ts';
import { accessOf, kubeconfigText } from './control-plane/kubeconfig.ts';
import { until } from './control-plane/processes.ts';

/** The account that the printed rules are bound to. */
export const account = { name: 'cluster-triage', namespace: 'cluster-triage' };

/** What Kubernetes calls that account, in the audit log. */
export const accountUser = `system:serviceaccount:${account.namespace}:${account.name}`;

/** Applies what `triage rbac` printed, as a platform owner would, and gives the kubeconfig of the account. */
export async function grant(
  rules: string,
  admin: AdminClient,
  adminKubeconfig: string,
  folder: string,
): Promise<string> {
  const printed = parseAllDocuments(rules).map((document) => document.toJS() as Manifest | null);
  const manifests: Manifest[] = [];
  for (const manifest of printed) if (manifest !== null && (await hasPlace(manifest, admin))) manifests.push(manifest);
  await admin.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    ...manifests,
  ]);
  const access = await accessOf(adminKubeconfig);
  const token = await tokenOf(admin);
  await until(async () => areInForce(manifests, admin), 20_000, 'The rules were not in force');
  const file = join(folder, 'cluster-triage.kubeconfig');
  const authority = access.authority.toString('base64');
  await writeFile(file, kubeconfigText({ server: access.server, 'certificate-authority-data': authority }, { token }));
  return file;
}

/** Rules for a product that is not installed have no namespace to be in. */
async function hasPlace({ metadata }: Manifest, admin: AdminClient): Promise<boolean> {
  if (metadata.namespace === undefined) return true;
  return (await admin.request('GET', `/api/v1/namespaces/${metadata.namespace}`)).status === 200;
}

async function tokenOf(admin: AdminClient): Promise<string> {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { status, body } = await admin.request('POST', path, request);
  if (status !== 201) throw new Error(`A token for the account was answered with ${status}: ${body}`);
  return (JSON.parse(body) as { status: { token: string } }).status.token;
}

type Rule = {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

/** Roles are in force a moment after they are stored: asks the server about each as the admin, not as the account. */
async function areInForce(manifests: readonly Manifest[], admin: AdminClient): Promise<boolean> {
  for (const manifest of manifests) {
    for (const { apiGroups, resources, resourceNames, verbs } of (manifest['rules'] ?? []) as Rule[]) {
      if (apiGroups === undefined) continue;
      const [resource, subresource] = (resources?.[0] ?? '').split('/');
      const resourceAttributes = {
        group: apiGroups[0],
        resource,
        ...(subresource === undefined ? {} : { subresource }),
        ...(resourceNames === undefined ? {} : { name: resourceNames[0] }),
        ...(manifest.metadata.namespace === undefined ? {} : { namespace: manifest.metadata.namespace }),
        verb: verbs[0],
      };
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
      const { body } = await admin.request('POST', path, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: accountUser, resourceAttributes },
      });
      const { status } = JSON.parse(body) as { status?: { allowed: boolean } };
      if (status?.allowed !== true) return false;
    }
  }
  return true;
}
