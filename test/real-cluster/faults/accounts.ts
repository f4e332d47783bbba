import { accessFor } from '../../../src/app/access.ts';
import { catalogue } from '../../../src/catalogue.ts';
import { type AccessRule, accessManifests, type Namespaces } from '../../../src/core/access.ts';
import { defaultNamespaces, type Platform, productNames } from '../../../src/core/platform.ts';
import type { BareApiServer } from '../control-plane/bare.ts';
import type { AdminClient, Manifest } from '../control-plane/client.ts';
import type { Access } from '../control-plane/kubeconfig.ts';
import { until } from '../control-plane/processes.ts';

const home = 'cluster-triage';

/** Service accounts that may do what some rules say and nothing else; the same rules give the same account. */
export type Accounts = { bound(rules: readonly AccessRule[]): Promise<Access> };

/** The rules that `triage rbac --mode observe --playbook <id>` prints, with products where a platform has them. */
export function rulesFor(playbook: string, platform: Platform): AccessRule[] {
  const found = productNames.map((name) => [name, platform[name]?.namespace ?? defaultNamespaces[name]]);
  const namespaces = Object.fromEntries(found) as Namespaces;
  return accessFor(catalogue, { playbooks: [playbook], mode: 'observe', namespaces });
}

/** Makes accounts on an API server and binds them, as a platform owner would who applies the printed manifests. */
export function openAccounts({ admin, access }: BareApiServer): Accounts {
  const known = new Map<string, Promise<Access>>();
  const bind = async (rules: readonly AccessRule[], name: string): Promise<Access> => {
    const metadata = { name, namespace: home };
    const manifests = accessManifests(rules, { name, account: metadata }) as Manifest[];
    const places = new Set([home, ...manifests.flatMap(({ metadata: { namespace } }) => namespace ?? [])]);
    await admin.apply([...places].map((place) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: place } })));
    await admin.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, ...manifests]);
    const token = await tokenOf(name, admin);
    const user = `system:serviceaccount:${home}:${name}`;
    await until(async () => areInForce(rules, user, admin), 20_000, `The rules of ${name} were not in force`);
    return { ...access, certificate: undefined, key: undefined, token };
  };
  return {
    bound: async (rules) => {
      const key = JSON.stringify(rules);
      const account = known.get(key) ?? bind(rules, `account-${known.size + 1}`);
      known.set(key, account);
      return account;
    },
  };
}

async function tokenOf(name: string, admin: AdminClient): Promise<string> {
  const path = `/api/v1/namespaces/${home}/serviceaccounts/${name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } };
  const { status, body } = await admin.request('POST', path, request);
  if (status !== 201) throw new Error(`A token for ${name} was answered with ${status}: ${body}`);
  return (JSON.parse(body) as { status: { token: string } }).status.token;
}

/** Roles are in force a moment after they are stored. All bindings of an account come together: the last one counts. */
async function areInForce(rules: readonly AccessRule[], user: string, admin: AdminClient): Promise<boolean> {
  const places = new Map(rules.map((rule) => [rule.namespace, rule]));
  const asked = await Promise.all([...places.values()].map(async (rule) => isAllowed(rule, user, admin)));
  return asked.every((allowed) => allowed);
}

async function isAllowed(rule: AccessRule, user: string, admin: AdminClient): Promise<boolean> {
  const [verb] = rule.verbs;
  const [resource, subresource] = (rule.resources[0] ?? '').split('/');
  const spec =
    rule.nonResourceURLs === undefined
      ? {
          user,
          resourceAttributes: {
            group: rule.apiGroups[0],
            resource,
            ...(subresource === undefined ? {} : { subresource }),
            ...(rule.resourceNames === undefined ? {} : { name: rule.resourceNames[0] }),
            ...(rule.namespace === undefined ? {} : { namespace: rule.namespace }),
            verb,
          },
        }
      : { user, nonResourceAttributes: { path: rule.nonResourceURLs[0], verb } };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const { body } = await admin.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
  return (JSON.parse(body) as { status?: { allowed: boolean } }).status?.allowed === true;
}
