import { describe, expect, test } from '@jest/globals';
import {
  databaseTrouble,
  failedUpstream,
  matches,
  missingService,
  pushFailed,
  pushSucceeded,
  reasonOfFailure,
  requestedHost,
  unknownUpstream,
} from '../../../playbooks/facts/kong/log-lines.ts';

describe('a write to Kong', () => {
  test.each([
    'unexpected failure updating Kong configuration: 500 Internal Server Error',
    'level=error msg="failed to update kong configuration: 1 errors occurred"',
    "requeuing sync for 'stage/orders-web'",
    'level=error msg="could not update kong admin"',
    '"msg":"Could not update kong admin"',
    'performing update for https://localhost:8444 failed: no answer',
    'Exceeded Kong API timeout, consider increasing --proxy-timeout-seconds',
    'failed updating gateway entity',
  ])('has failed: %s', (text) => {
    expect(matches(text, pushFailed)).toBe(true);
    expect(matches(text, pushSucceeded)).toBe(false);
  });

  test.each(['successfully synced configuration to kong.', 'Successfully synced configuration to Kong'])(
    'has gone through: %s',
    (text) => {
      expect([matches(text, pushSucceeded), matches(text, pushFailed)]).toEqual([true, false]);
    },
  );

  test.each([
    ['HTTP status 500 (message: "An unexpected error occurred")', 'database'],
    [String.raw`HTTP status 500 (message: \"An unexpected error occurred\")`, 'database'],
    ['500 Internal Server Error {"message":"An unexpected error occurred"}', 'database'],
    ['HTTP status 400 (message: "schema violation")', 'refused'],
    ['{Create} target 10.0.0.1:80 failed: HTTP status 404 (message: "Not found")', 'refused'],
    ['invalid declarative configuration', 'refused'],
    ['context deadline exceeded', 'other'],
  ])('has a reason: %s', (text, reason) => {
    expect(reasonOfFailure(text)).toBe(reason);
  });
});

test.each([
  "resource processing failed: can't add target for backend billing-web-8080: no kubernetes service found",
  'failed to fetch service: Service stage/billing-web-8080 not found',
  'Failed to fetch service',
  'failed to fetch Service stage/billing-web-8080: not found',
  'no targets found to create upstream',
  'No targets could be found for kubernetes service',
])('a missing Service is no sign of a failed write: %s', (text) => {
  expect(matches(`${text} `, missingService)).toBe(true);
  expect(matches(text, [...pushFailed, ...databaseTrouble])).toBe(false);
  expect(reasonOfFailure(text)).toBe('other');
});

test.each([
  'failed to connect to PostgreSQL during /status endpoint check: [PostgreSQL error] timeout',
  '[cluster_events] failed to poll: connection refused',
  'could not rebuild router: could not load routes: connection refused (stale router will be used)',
  'not ready: failed to connect to database',
  'FATAL: sorry, too many clients already',
])('Kong tells of its database: %s', (text) => {
  expect(matches(text, databaseTrouble)).toBe(true);
});

describe('a request that failed', () => {
  const line = (upstream: string) =>
    `upstream timed out (110: Connection timed out) while connecting to upstream, client: 203.0.113.24, upstream: "${upstream}", host: "orders.example.com:8443"`;

  test('names its address and its host', () => {
    expect(failedUpstream(line('http://10.244.3.17:8080/orders'))).toBe('10.244.3.17');
    expect(failedUpstream(line('https://[fd00:10:244::17]:8443/'))).toBe('fd00:10:244::17');
    expect(requestedHost(line('http://10.244.3.17:8080/'))).toBe('orders.example.com');
  });

  test('is one that could not connect, not one that was slow to answer', () => {
    expect(
      failedUpstream(
        'upstream timed out (110: x) while reading response header from upstream, upstream: "http://10.0.0.1:80/"',
      ),
    ).toBeUndefined();
    expect(
      failedUpstream(
        'connect() failed (113: No route to host) while connecting to upstream, upstream: "http://10.0.0.1:80/"',
      ),
    ).toBe('10.0.0.1');
  });

  test('names the upstream that was looked for in DNS', () => {
    const text =
      'DNS resolution failed: dns server error: 3 name error. Tried: ["(short)cart.shop.80.svc:(na) - cache-miss"]';
    expect(unknownUpstream(text)).toBe('cart.shop.80.svc');
    expect(
      unknownUpstream('DNS resolution failed: dns server error: 3 name error. Tried: ["(short)cart.example.com"]'),
    ).toBeUndefined();
  });
});
