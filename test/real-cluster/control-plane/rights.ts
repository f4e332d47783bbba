import type { Manifest } from './client.ts';

const group = 'rbac.authorization.k8s.io';
const name = 'cluster-triage-tests-viewer';

/** Looks at everything, logs and paths included, and changes nothing. */
export const viewerRole: Manifest = {
  apiVersion: `${group}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ],
};

/** Gives that role to somebody. */
export function viewersAre(subject: Readonly<Record<string, string>>): Manifest {
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
  return {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef,
    subjects: [subject],
  };
}
