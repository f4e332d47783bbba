import { expect, test } from '@jest/globals';
import { SubnetShape } from '../../../playbooks/kinds/kube-ovn.ts';
import { conditionsAllowRoutes, fewNodes } from '../../../playbooks/remedies/kube-ovn/node-guards.ts';

function subnetWith(ready: string, validated: string) {
  return SubnetShape.parse({
    apiVersion: 'kubeovn.io/v1',
    kind: 'Subnet',
    metadata: { name: 'web' },
    spec: { cidrBlock: '10.33.0.0/16' },
    status: {
      conditions: [
        { type: 'Ready', status: ready },
        { type: 'Validated', status: validated },
      ],
    },
  });
}

test.each([
  ['v1.9.20', 'False', 'True', 'no'],
  ['v1.9.20', 'True', 'True', 'yes'],
  ['v1.14.4', 'False', 'True', 'yes'],
  ['v1.14.4', 'True', 'False', 'no'],
  ['v1.12.17', 'False', 'False', 'yes'],
  [undefined, 'False', 'True', 'no'],
  [undefined, 'True', 'True', 'yes'],
])('in %s a restart with Ready %s and Validated %s is allowed: %s', (version, ready, validated, holds) => {
  expect(conditionsAllowRoutes([subnetWith(ready, validated)], ['web'], version, 'join').holds).toBe(holds);
});

test('a subnet that is gone by now is no reason to restart anything', () => {
  expect(conditionsAllowRoutes([], ['web'], 'v1.9.20', 'join')).toMatchObject({
    holds: 'no',
    because: expect.stringMatching(/web does not exist any more/),
  });
});

test.each([
  [0, 'no'],
  [3, 'yes'],
  [4, 'no'],
])('a restart on %s nodes is allowed: %s', (count, holds) => {
  expect(fewNodes(Array.from({ length: count }, (_, index) => `worker-${index}`)).holds).toBe(holds);
});
