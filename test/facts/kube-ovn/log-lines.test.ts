import { describe, expect, test } from '@jest/globals';
import {
  failedSync,
  isApiServerTrouble,
  leaderGained,
  leaderLost,
  matches,
  missingPortOf,
  parseKlog,
  routeChange,
} from '../../../playbooks/facts/kube-ovn/log-lines.ts';
import { newestMissingPort, tellsOfFailure } from '../../../playbooks/facts/kube-ovn/reconcile-failures.ts';

test('reads a line of klog', () => {
  expect(parseKlog("E0105 09:52:10.003000       7 subnet.go:164] error syncing 'web': timeout, requeuing")).toEqual({
    severity: 'E',
    source: 'subnet.go:164',
    message: "error syncing 'web': timeout, requeuing",
  });
  expect(parseKlog('panic: runtime error')).toBeUndefined();
});

describe('a failed work item', () => {
  test('is read in the old form', () => {
    expect(failedSync("error syncing 'shop/cart-0': no address, requeuing")).toEqual({
      action: undefined,
      key: 'shop/cart-0',
      error: 'no address',
    });
  });

  test('is read where what ovn-nbctl says ends the line', () => {
    expect(failedSync("error syncing 'shop/cart-0': ovn-nbctl: duplicate IPv4 address '10.16.0.9'")).toEqual({
      action: undefined,
      key: 'shop/cart-0',
      error: "ovn-nbctl: duplicate IPv4 address '10.16.0.9'",
    });
  });

  test('is read in the form with an action', () => {
    expect(failedSync('error syncing add/update subnet "web": not connected, requeuing')).toEqual({
      action: 'add/update subnet',
      key: 'web',
      error: 'not connected',
    });
  });

  test('is read out of an unhandled error with escaped quotes', () => {
    const text = String.raw`"Unhandled Error" err="error syncing add/update pod \"shop/cart-0\": no address, requeuing" logger="UnhandledError"`;
    expect(failedSync(text)).toEqual({ action: 'add/update pod', key: 'shop/cart-0', error: 'no address' });
  });
});

describe('the routes of a daemon', () => {
  test.each([
    ['route to del [10.16.0.0/16]', 'removes', ['10.16.0.0/16']],
    ['routes to delete: [{Ifindex: 9 Dst: 10.16.0.0/16 Src: <nil> Gw: 100.64.0.1}]', 'removes', ['10.16.0.0/16']],
    ['route to add [10.16.0.0/16 fd00:10:16::/112]', 'adds', ['10.16.0.0/16', 'fd00:10:16::/112']],
  ])('%s', (text, does, blocks) => {
    expect(routeChange(text)).toEqual({ does, blocks });
  });

  test('are not in other lines about routes', () => {
    expect(routeChange('failed to add route to 10.16.0.0/16')).toBeUndefined();
  });
});

describe('trouble with the API server', () => {
  test.each([
    'Get "https://10.4.0.1:443/api/v1/pods": dial tcp 10.4.0.1:443: i/o timeout',
    'dial tcp 192.168.10.11:6443: connect: connection refused',
    'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    'http2: client connection lost',
    'etcdserver: request timed out',
    'error retrieving resource lock kube-system/ovn-config: context deadline exceeded',
  ])('is: %s', (text) => {
    expect(isApiServerTrouble(text)).toBe(true);
  });

  test.each([
    'failed to connect to tcp:192.168.10.11:6641: ovsdb client: context deadline exceeded',
    'ovn-nbctl command error: context deadline exceeded',
    'dial tcp 192.168.10.11:8080: i/o timeout',
    'start inspection',
  ])('is not: %s', (text) => {
    expect(isApiServerTrouble(text)).toBe(false);
  });
});

test('the loss and the gain of the lock are told apart, in old words and in new', () => {
  const lost = [
    'leaderelection lost',
    'I am not leader anymore',
    '"Failed to renew lease" lease="kube-system/kube-ovn-controller"',
  ];
  const gained = ['I am the new leader', 'successfully acquired lease kube-system/ovn-config'];
  expect(lost.map((text) => [matches(text, leaderLost), matches(text, leaderGained)])).toEqual(
    lost.map(() => [true, false]),
  );
  expect(gained.map((text) => [matches(text, leaderLost), matches(text, leaderGained)])).toEqual(
    gained.map(() => [false, true]),
  );
});

describe('a failed reconcile', () => {
  test('belongs to the subnet that the line names, in any of its forms', () => {
    const lines = [
      'reconcile subnet for web failed, ovn-nbctl: cart-0.shop: port name not found',
      'reconcile OVN route for subnet web failed, ovn-nbctl: cart-0.shop: port name not found',
      'failed to set ports to port group web.worker.1, ovn-nbctl: cart-0.shop: port name not found',
      "error syncing 'web': ovn-nbctl: cart-0.shop: port name not found, requeuing",
      'error syncing add/update subnet "web": not connected, requeuing',
    ];
    expect(lines.map((line) => tellsOfFailure(line, 'web'))).toEqual(lines.map(() => true));
    expect(lines.map((line) => tellsOfFailure(line, 'web-two'))).toEqual(lines.map(() => false));
  });

  test('does not belong to a subnet that only shares its name with a pod or a node', () => {
    expect(tellsOfFailure("error syncing 'shop/web': no address, requeuing", 'web')).toBe(false);
    expect(tellsOfFailure('error syncing add node "web": no chassis, requeuing', 'web')).toBe(false);
  });

  test('names the port that ovn-nbctl misses, and the newest one counts', () => {
    expect(missingPortOf('ovn-nbctl: cart-0.shop: port name not found')).toBe('cart-0.shop');
    const lines = ['a.shop', 'b.shop'].map((port) => ({ text: `ovn-nbctl: ${port}: port name not found` }));
    expect(newestMissingPort([...lines, { text: 'not connected' }])).toMatchObject({ port: 'b.shop' });
  });
});
