import { expect, test } from '@jest/globals';
import {
  collectsPorts,
  historyOf,
  rebuiltAddresses,
  tellsInconsistency,
} from '../../../playbooks/facts/kube-ovn/address-log.ts';

test('the history of an address is read from old and new words of the controller', () => {
  const lines = [
    'I0105 10:00:00.000000       7 ipam.go:60] allocate v4 10.33.0.9 v6  mac 00:00:00:5A:11:0C for shop/cart',
    'I0105 10:00:01.000000       7 subnet.go:388] release v4 10.33.0.9 mac 00:00:00:5A:11:0C from subnet web for shop/cart, add ip to released list',
    'I0105 10:00:02.000000       7 ipam.go:72] allocate v4 10.33.0.9, v6 fd00::9, mac 00:00:00:5A:11:0D for shop/checkout from subnet web',
    'I0105 10:00:03.000000       7 ipam.go:72] allocate v4 10.33.0.99, mac 00:00:00:5A:11:0E for shop/other from subnet web',
  ].map((text) => ({ text }));
  expect(historyOf('10.33.0.9', lines).map(({ does, owner }) => `${does} ${owner}`)).toEqual([
    'allocates shop/cart',
    'releases shop/cart',
    'allocates shop/checkout',
  ]);
  expect(historyOf('fd00::9', lines)).toHaveLength(1);
});

test('other lines about addresses are known by their words', () => {
  expect(rebuiltAddresses.test('take 2.391 seconds to initialize IPAM')).toBe(true);
  expect(collectsPorts.test('gc logical switch port report.shop')).toBe(true);
  expect(tellsInconsistency('inconsistency detected in status of subnet web : subnet web has 1 v4 ip', 'web')).toBe(
    true,
  );
  expect(tellsInconsistency('inconsistency detected in status of subnet web-2 : …', 'web')).toBe(false);
});
