import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { plainText, redact, safeText } from '../../src/core/redact.ts';

const jwt = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;

describe('redaction', () => {
  test.each([
    ['a bearer token', `Authorization: Bearer ${'x'.repeat(24)}`, 'x'.repeat(24)],
    ['a JWT in a sentence', `token was ${jwt} today`, jwt],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\nMIIE${'A'.repeat(60)}\n-----END RSA PRIVATE KEY-----`, 'MIIE'],
    ['a private key that is cut off', `-----BEGIN PRIVATE KEY-----\nMIIE${'A'.repeat(60)}`, 'MIIE'],
    ['a password in a URL', 'postgres://kong:hunter2@db:5432/kong', 'hunter2'],
    ['a password in JSON', '{"password": "hunter2 with blanks"}', 'hunter2'],
    ['a secret in a flag', '--client-secret=hunter2', 'hunter2'],
    ['a prefixed password in an environment', 'KONG_PG_PASSWORD=hunter2', 'hunter2'],
    ['a Slack token', `xoxb-${'1'.repeat(12)}-abcdefgh`, 'xoxb-'],
    ['a cloud access key', `AKIA${'A1'.repeat(8)}`, 'AKIA'],
    ['kubeconfig data', 'client-key-data: TFMwdExTMUNSVWR=', 'TFMwd'],
  ])('takes out %s', (_name, text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toMatch(/redacted/);
  });

  test.each([
    'Subnet ovn-default has been not ready for 8 min.',
    'failed to renew lease kube-system/kube-ovn-controller: timed out waiting for the condition',
    'the key ovn.kubernetes.io/allocated is missing on node-3',
    'https://10.96.0.1:443/api/v1/nodes?limit=500',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('is stable: what was redacted stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(redact(redact(text))).toBe(redact(text));
      }),
    );
  });

  test('ends in good time on a megabyte of hostile text', () => {
    const hostile = [
      'a'.repeat(1_000_000),
      'password='.repeat(100_000),
      'eyJ.'.repeat(250_000),
      'x://'.repeat(250_000),
      'eyJhbGci-'.repeat(110_000),
    ];
    for (const text of hostile) expect(redact(text).length).toBeGreaterThan(0);
  }, 10_000);
});

describe('plain text', () => {
  test('has no terminal codes, control characters or marks that reorder text', () => {
    expect(plainText('\u001B[31mred\u001B[0m \u001B]8;;http://x\u0007link\u001B]8;;\u0007 a\u202Eb\u0000c')).toBe(
      'red link abc',
    );
  });

  test('keeps tabs, line ends and Chinese', () => {
    expect(safeText('子网\tnot ready\n下一行')).toBe('子网\tnot ready\n下一行');
  });
});
