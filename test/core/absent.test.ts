import { expect, test } from '@jest/globals';
import { withoutNulls } from '../../src/core/absent.ts';

test('takes fields that are null for absent at any depth, and leaves what items of lists are', () => {
  const pod = {
    metadata: { name: 'cart-7d', labels: null, ownerReferences: [{ kind: 'ReplicaSet', controller: null }] },
    spec: { args: ['a', null], hostNetwork: false },
    status: null,
  };
  expect(withoutNulls(pod)).toEqual({
    metadata: { name: 'cart-7d', ownerReferences: [{ kind: 'ReplicaSet' }] },
    spec: { args: ['a', null], hostNetwork: false },
  });
});

test('leaves texts, numbers and a null of its own as they are', () => {
  expect(['cart', 7, null].map(withoutNulls)).toEqual(['cart', 7, null]);
});
