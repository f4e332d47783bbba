import { expect, test } from '@jest/globals';
import { targetPortNumber } from '../../../playbooks/facts/kubernetes/target-ports.ts';

const ports = [
  { name: 'metrics', port: 8080 },
  { name: 'https', port: 4443 },
];

test.each([
  ['a number is the target itself', { name: 'https', port: 443, targetPort: 10250 }, 10250],
  ['without a target it is the port of the Service', { name: 'https', port: 443 }, 443],
  ['a name is looked up among the endpoints', { name: 'https', port: 443, targetPort: 'secure' }, 4443],
  ['a name that no endpoint has stays unknown', { name: 'grpc', port: 443, targetPort: 'grpc' }, undefined],
])('%s', (_says, port, expected) => {
  expect(targetPortNumber(port, ports)).toBe(expected);
});

test('the only port of a Service may have no name', () => {
  expect(targetPortNumber({ name: '', port: 443, targetPort: 'https' }, [{ port: 4443 }])).toBe(4443);
});
