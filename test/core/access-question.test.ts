import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { AccessRule } from '../../src/core/access.ts';
import { partOf, questionsOf, rulesYaml, sayRule } from '../../src/core/access-question.ts';

const subnets: AccessRule = {
  namespace: undefined,
  apiGroups: ['kubeovn.io'],
  resources: ['subnets'],
  verbs: ['get', 'list'],
};
const leases: AccessRule = {
  namespace: 'kube-system',
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  resourceNames: ['a', 'b'],
  verbs: ['get'],
};
const paths: AccessRule = {
  namespace: undefined,
  apiGroups: [],
  resources: [],
  nonResourceURLs: ['/readyz', '/version'],
  verbs: ['get'],
};

describe('the questions of a rule', () => {
  test('are one for each verb, name and path', () => {
    expect([subnets, leases, paths].map((rule) => questionsOf(rule).length)).toEqual([2, 2, 2]);
    expect(questionsOf(leases)[1]).toEqual({
      verb: 'get',
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'kube-system',
      name: 'b',
    });
  });

  test.each([
    [subnets, { verbs: ['list'] }],
    [leases, { resourceNames: ['b'] }],
    [paths, { nonResourceURLs: ['/version'] }],
  ])('that were answered with no make exactly the part of the rule that is missing', (rule, part) => {
    expect(partOf(rule, questionsOf(rule).slice(1))).toEqual({ ...rule, ...part });
  });
});

test('rules are written as a Role has them, by the place they belong into', () => {
  const yaml = rulesYaml([subnets, paths, leases]);
  expect(yaml).toContain('# rules of the ClusterRole\n- apiGroups: ["kubeovn.io"]');
  expect(yaml).toContain('# rules of the Role in the namespace kube-system\n- apiGroups: ["coordination.k8s.io"]');
  expect(parse(yaml)).toEqual([
    { apiGroups: ['kubeovn.io'], resources: ['subnets'], verbs: ['get', 'list'] },
    { nonResourceURLs: ['/readyz', '/version'], verbs: ['get'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['a', 'b'], verbs: ['get'] },
  ]);
});

test('rules are said for a sentence', () => {
  expect([subnets, leases, paths].map(sayRule)).toEqual([
    'get, list subnets.kubeovn.io in every namespace',
    'get leases.coordination.k8s.io a, b in kube-system',
    'get /readyz, /version',
  ]);
});
