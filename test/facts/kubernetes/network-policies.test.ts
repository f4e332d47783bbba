import { expect, test } from '@jest/globals';
import { egressPoliciesOf, mayReach } from '../../../playbooks/facts/kubernetes/network-policies.ts';
import { Pod } from '../../../playbooks/kinds/kubernetes.ts';
import { NetworkPolicy } from '../../../playbooks/kinds/network-policy.ts';

const pod = Pod.schema.parse({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web', tier: 'front' } },
  spec: {},
});
const policy = (spec: unknown, namespace = 'shop') =>
  NetworkPolicy.schema.parse({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'one', namespace },
    spec,
  });
const api = [
  { address: '10.43.0.1', port: 443 },
  { address: '192.168.10.11', port: 6443 },
];
const lets = (egress: unknown) => mayReach([policy({ podSelector: {}, policyTypes: ['Egress'], egress })], api);

test('takes the policies of the namespace that select the pod and hold for what it sends', () => {
  expect(egressPoliciesOf(pod, [policy({ podSelector: {}, policyTypes: ['Egress'] })])).toHaveLength(1);
  expect(egressPoliciesOf(pod, [policy({ podSelector: {}, egress: [{}] })])).toHaveLength(1);
  expect(
    egressPoliciesOf(pod, [
      policy({
        podSelector: {
          matchExpressions: [
            { key: 'tier', operator: 'Exists' },
            { key: 'app', operator: 'NotIn', values: ['api'] },
          ],
        },
        policyTypes: ['Egress'],
      }),
    ]),
  ).toHaveLength(1);
  expect(
    egressPoliciesOf(pod, [
      policy({ podSelector: {} }),
      policy({ podSelector: {}, policyTypes: ['Ingress'] }),
      policy({ podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'] }),
      policy({ podSelector: {}, policyTypes: ['Egress'] }, 'other'),
    ]),
  ).toEqual([]);
});

test('lets out what a rule without peers, or a block that holds the address, allows', () => {
  expect(lets([{}])).toBe(true);
  expect(lets([{ ports: [{ port: 6443 }] }])).toBe(true);
  expect(lets([{ ports: [{ port: 6000, endPort: 7000 }] }])).toBe(true);
  expect(lets([{ to: [{ ipBlock: { cidr: '192.168.10.0/24' } }] }])).toBe(true);
});

test('lets nothing out by other ports, other blocks, exceptions, UDP or pods as peers', () => {
  expect(lets(null)).toBe(false);
  expect(lets([{ ports: [{ port: 53, protocol: 'UDP' }] }])).toBe(false);
  expect(lets([{ ports: [{ port: 6443, protocol: 'UDP' }] }])).toBe(false);
  expect(lets([{ to: [{ ipBlock: { cidr: '192.168.10.0/24', except: ['192.168.10.11/32'] } }] }])).toBe(false);
  expect(lets([{ to: [{ namespaceSelector: {} }] }])).toBe(false);
});
