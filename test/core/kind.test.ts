import { expect, test } from '@jest/globals';
import { Node } from '../../playbooks/kinds/kubernetes.ts';
import { readAs } from '../../src/core/kind.ts';

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' }, spec: {}, status: {} };

test('takes a field that is null for one that is absent', () => {
  const written = {
    ...node,
    metadata: { name: 'worker-1', creationTimestamp: null, labels: null, annotations: { owner: null, team: 'net' } },
    status: { addresses: null, conditions: [{ type: 'Ready', status: 'True', reason: null }] },
  };
  const { data } = readAs(Node.schema, written);
  expect(data?.metadata).toMatchObject({ labels: {}, annotations: { team: 'net' } });
  expect(data?.status).toMatchObject({ addresses: [], conditions: [{ type: 'Ready', status: 'True', reason: '' }] });
});

test('still refuses a needed field that is null, and a null in the place of an object', () => {
  expect(readAs(Node.schema, { ...node, metadata: { name: null } }).success).toBe(false);
  expect(readAs(Node.schema, { ...node, status: { conditions: [null] } }).success).toBe(false);
});
