import { describe, expect, test } from '@jest/globals';
import { backendsOf, classOf, publishedAddresses, servesHost } from '../../../playbooks/facts/ingress/backends.ts';
import { IngressShape } from '../../../playbooks/kinds/networking.ts';

function ingress(spec: object, metadata: object = {}, status: object = {}) {
  return IngressShape.parse({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'cart', namespace: 'shop', ...metadata },
    spec,
    status,
  });
}

describe('the backends of an Ingress', () => {
  test('are read in v1 and in v1beta1', () => {
    const now = { service: { name: 'cart', port: { number: 80 } } };
    const then = { serviceName: 'cart', servicePort: '80' };
    const rules = (backend: object) => ({
      rules: [{ host: 'cart.example.com', http: { paths: [{ path: '/', backend }] } }],
    });
    const expected = [{ host: 'cart.example.com', path: '/', service: 'cart', port: 80 }];
    expect(backendsOf(ingress(rules(now)))).toEqual(expected);
    expect(backendsOf(ingress(rules(then)))).toEqual(expected);
  });

  test('include the default one under both of its names', () => {
    const expected = [{ host: '*', path: '/', service: 'rest', port: 'http' }];
    expect(backendsOf(ingress({ defaultBackend: { service: { name: 'rest', port: { name: 'http' } } } }))).toEqual(
      expected,
    );
    expect(backendsOf(ingress({ backend: { serviceName: 'rest', servicePort: 'http' } }))).toEqual(expected);
  });

  test('leave out what is no Service', () => {
    expect(backendsOf(ingress({ defaultBackend: { resource: { kind: 'Bucket', name: 'files' } } }))).toEqual([]);
  });
});

test.each([
  ['cart.example.com', 'cart.example.com', true],
  ['*.example.com', 'cart.example.com', true],
  ['*.example.com', 'a.cart.example.com', false],
  ['*', 'cart.example.com', true],
  ['mail.example.com', 'cart.example.com', false],
])('a rule for %s serves %s: %s', (host, wanted, serves) => {
  expect(servesHost({ host }, wanted)).toBe(serves);
});

test('the annotation of a class counts before the field', () => {
  const annotations = { 'kubernetes.io/ingress.class': 'kong' };
  expect(classOf(ingress({ ingressClassName: 'nginx' }, { annotations }))?.name).toBe('kong');
  expect(classOf(ingress({ ingressClassName: 'nginx' }))?.field).toBe('spec.ingressClassName');
  expect(classOf(ingress({}))).toBeUndefined();
});

test('an address is what a controller has published', () => {
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.example.com' }, {}] } };
  expect(publishedAddresses(ingress({}, {}, status))).toEqual(['192.0.2.1', 'lb.example.com']);
});
