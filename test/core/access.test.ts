import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { accessManifests, accessRules } from '../../src/core/access.ts';
import { defineKind, objectWith } from '../../src/core/kind.ts';
import { get, list, logs, path } from '../../src/core/read.ts';

const kind = (plural: string, ...apiVersions: [string, ...string[]]) =>
  defineKind({ name: plural, plural, apiVersions, namespaced: true, schema: objectWith({ spec: z.unknown() }) });
const Pod = kind('pods', 'v1');
const Slice = kind('endpointslices', 'discovery.k8s.io/v1', 'discovery.k8s.io/v1beta1');
const Lease = kind('leases', 'coordination.k8s.io/v1');

describe('the rules computed from declared reads and changes', () => {
  test('let a list be read and nothing be written', () => {
    expect(accessRules([list(Pod), list(Pod)], [])).toEqual([
      { namespace: undefined, apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    ]);
  });

  test('name the objects that are read by name, in their namespace', () => {
    const reads = [
      get(Lease, { in: { product: 'kubeOvn' }, names: ['b'] }),
      get(Lease, { in: { product: 'kubeOvn' }, names: ['a'] }),
    ];
    expect(accessRules(reads, [])).toEqual([
      {
        namespace: 'kube-system',
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['a', 'b'],
        verbs: ['get'],
      },
    ]);
  });

  test('ask for one API group, whatever its versions', () => {
    expect(accessRules([list(Slice)], [])[0]?.apiGroups).toEqual(['discovery.k8s.io']);
  });

  test('need no rule by name for what may be listed everywhere', () => {
    expect(accessRules([list(Lease), get(Lease, { in: { namespace: 'x' }, names: ['a'] })], [])).toHaveLength(1);
  });

  test('let pods be deleted where a fix declares it, and only there', () => {
    const rules = accessRules([], [{ change: 'delete-pod', kind: Pod, in: { product: 'kubeOvn' } }]);
    expect(rules.map(({ namespace, resources, verbs }) => [namespace, resources, verbs])).toEqual([
      ['kube-system', ['pods'], ['delete']],
      ['kube-system', ['pods'], ['get']],
    ]);
  });

  test('let an eviction be created instead of a pod be deleted', () => {
    const rules = accessRules([], [{ change: 'evict-pod', kind: Pod, in: 'everywhere' }]);
    expect(rules.map(({ resources, verbs }) => [resources, verbs])).toEqual([
      [['pods'], ['get']],
      [['pods/eviction'], ['create']],
    ]);
  });

  test('let a workload be scaled where a fix declares that, and not be patched as a whole', () => {
    const Set = kind('statefulsets', 'apps/v1');
    const rules = accessRules(
      [],
      [{ change: 'patch-object', kind: Set, in: { product: 'kong' }, subresource: 'scale' }],
    );
    expect(rules.map(({ resources, verbs }) => [resources, verbs])).toEqual([
      [['statefulsets'], ['get']],
      [['statefulsets/scale'], ['patch']],
    ]);
  });

  test('become a ClusterRole, a Role per namespace and their bindings', () => {
    const rules = accessRules([path('/readyz'), logs({ namespace: 'kube-system' })], []);
    const account = { name: 'cluster-triage', namespace: 'tools' };
    const manifests = accessManifests(rules, { name: 'cluster-triage-observe', account });
    expect(manifests.map((manifest) => manifest['kind'])).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
    ]);
    expect(manifests[2]?.['rules']).toEqual([{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]);
  });
});
