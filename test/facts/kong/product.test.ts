import { describe, expect, test } from '@jest/globals';
import { addressOfTarget, adminApiOf, upstreamName } from '../../../playbooks/facts/kong/admin-api.ts';
import { databaseSettings, ingressClassOf, listening, versionOfImage } from '../../../playbooks/facts/kong/product.ts';
import type { Container } from '../../../playbooks/kinds/kubernetes.ts';
import { ServiceShape } from '../../../playbooks/kinds/networking.ts';

function container(env: Record<string, string | undefined>, more: Partial<Container> = {}): Container {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  return { name: 'proxy', image: 'kong:3.4', command: [], args: [], env: variables, ports: [], ...more };
}

test.each([
  ['kong:2.8', '2.8'],
  ['docker.io/kong/kong-gateway:3.4.3.5-ubuntu@sha256:00', '3.4.3.5-ubuntu'],
  ['registry.example.com:5000/kong', undefined],
  ['kong:latest', undefined],
])('the version of %s is %s', (image, version) => {
  expect(versionOfImage(image)).toBe(version);
});

test('reads where Kong listens', () => {
  expect(listening('0.0.0.0:8001, 127.0.0.1:8444 http2 ssl, [::]:8100')).toEqual([
    { port: 8001, tls: false, onlyLoopback: false },
    { port: 8444, tls: true, onlyLoopback: true },
    { port: 8100, tls: false, onlyLoopback: false },
  ]);
  expect(listening('off')).toEqual([]);
  expect(listening(undefined)).toEqual([]);
});

describe('the settings of the database', () => {
  test('are what is written, or what Kong takes without them', () => {
    expect(
      databaseSettings(container({ KONG_DATABASE: 'postgres', KONG_PG_HOST: 'pg', KONG_PG_PORT: '6432' })),
    ).toEqual({
      engine: 'postgres',
      host: 'pg',
      port: 6432,
    });
    expect(databaseSettings(container({}))).toEqual({ engine: 'postgres', host: '127.0.0.1', port: 5432 });
    expect(databaseSettings(container({ KONG_DATABASE: 'off' })).engine).toBe('off');
  });

  test('are not guessed when they come from elsewhere', () => {
    expect(databaseSettings(container({ KONG_DATABASE: undefined })).engine).toBe('other');
  });
});

test('the class of a controller is its flag, its variable or kong', () => {
  expect(ingressClassOf(container({}, { args: ['--ingress-class=edge'] }))).toBe('edge');
  expect(ingressClassOf(container({ CONTROLLER_INGRESS_CLASS: 'inner' }))).toBe('inner');
  expect(ingressClassOf(container({}))).toBe('kong');
});

describe('the Admin API', () => {
  const service = (name: string, port: object) =>
    ServiceShape.parse({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [port] } });

  test('is found by the port that Kong listens on', () => {
    const services = [
      service('kong-proxy', { port: 443, targetPort: 8443 }),
      service('kong-admin', { name: 'admin', port: 443, targetPort: 8444 }),
    ];
    expect(adminApiOf(container({ KONG_ADMIN_LISTEN: '0.0.0.0:8444 ssl' }), services)?.proxyName).toBe(
      'https:kong-admin:443',
    );
    expect(adminApiOf(container({}), services)?.proxyName).toBe('https:kong-admin:443');
  });

  test('is not there when Kong keeps it to itself', () => {
    const services = [service('kong-admin', { port: 8444 })];
    expect(adminApiOf(container({ KONG_ADMIN_LISTEN: '127.0.0.1:8444 ssl' }), services)).toBeUndefined();
  });

  test('names upstreams after Service, namespace and port', () => {
    expect(upstreamName('shop', { service: 'cart', port: 'http' })).toBe('cart.shop.http.svc');
    expect([addressOfTarget('10.0.0.1:80'), addressOfTarget('[fd00::1]:80')]).toEqual(['10.0.0.1', 'fd00::1']);
  });
});
