import { describe, expect, test } from '@jest/globals';
import { mostTelling, refusalOf } from '../../../playbooks/facts/kube-ovn/refusals.ts';

describe('a refusal', () => {
  test.each([
    [
      'names the switch, the address and the port that has it, up to v1.11',
      "Error on switch web: duplicate IPv4 address '10.33.0.9' found on logical switch port 'db.vms'",
      { is: 'duplicate', subnet: 'web', address: '10.33.0.9', port: 'db.vms' },
    ],
    [
      'is the same inside an error with escaped quotes',
      String.raw`Error on switch web: duplicate IPv6 address \"FD00::9\" found on logical switch port \"db.vms\"`,
      { is: 'duplicate', subnet: 'web', address: 'fd00::9', port: 'db.vms' },
    ],
    [
      'names the pod that has it, from v1.11.11 on',
      'v4 ip 10.33.0.9 has been allocated to [shop/cart-1 shop/cart-2]',
      { is: 'conflict', address: '10.33.0.9', port: 'cart-1.shop' },
    ],
    [
      'names a port as it stands',
      'ip 10.33.0.9 has been allocated to cart-1.shop, ignore',
      { is: 'conflict', address: '10.33.0.9', port: 'cart-1.shop' },
    ],
    ['may name nothing', 'AddressConflict', { is: 'conflict', address: undefined, port: undefined }],
    [
      'names the MAC address that answers on the wire',
      'IP address 172.20.0.9 has already been used by host with MAC 3C:EC:EF:12:9A:07',
      { is: 'answered', address: '172.20.0.9', mac: '3c:ec:ef:12:9a:07' },
    ],
    ['tells that there is none', 'NoAvailableAddress', { is: 'exhausted' }],
    [
      'tells that it lies outside',
      '10.34.0.9 not in subnet web, AddressOutOfRange',
      { is: 'out-of-range', address: '10.34.0.9' },
    ],
    [
      'tells that it is the gateway',
      'static ip 10.33.0.1 conflicts with subnet gateway',
      { is: 'gateway', address: '10.33.0.1' },
    ],
    ['may only tell that there was none', 'no address allocated to pod shop/cart provider ovn', { is: 'unallocated' }],
    ['is not every trouble of a sandbox', 'failed to pull image', undefined],
  ])('%s', (_what, text, refusal) => {
    expect(refusalOf(text)).toEqual(refusal);
  });

  test('is best explained by the words that tell most', () => {
    const told = ['no address allocated to pod a/b', 'AddressConflict', 'v4 ip 10.0.0.9 has been allocated to [a/c]'];
    const refusals = told.flatMap((text) => refusalOf(text) ?? []).map((refusal) => ({ refusal }));
    expect(mostTelling(refusals)?.refusal).toMatchObject({ port: 'c.a' });
    expect(mostTelling([])).toBeUndefined();
  });
});
