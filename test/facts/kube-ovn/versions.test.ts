import { describe, expect, test } from '@jest/globals';
import { lockKindOf, lockTiming } from '../../../playbooks/facts/kube-ovn/leader-lock.ts';
import { versionOfBanner, versionOfImage } from '../../../playbooks/facts/kube-ovn/product.ts';
import { gatingCondition, routeGateOf } from '../../../playbooks/facts/kube-ovn/route-gate.ts';
import { changes, has, hasPortGroupLoop } from '../../../playbooks/facts/kube-ovn/versions.ts';

const exceptJoin = 'Ready, except for the join subnet';

describe('the gate of node routes', () => {
  test.each([
    ['v1.8.0', 'Ready'],
    ['v1.8.17', 'Ready'],
    ['v1.9.8', 'Ready'],
    ['v1.9.8-alauda.3', 'Ready'],
    ['v1.9.32', 'Ready'],
    ['v1.9.33', 'none'],
    ['v1.9.34', 'none'],
    ['v1.9.35', 'Validated'],
    ['v1.10.10', 'Ready'],
    ['v1.11.17', 'Ready'],
    ['v1.11.18', 'none'],
    ['v1.11.19', exceptJoin],
    ['v1.11.20', 'Validated'],
    ['v1.12.16', 'Ready'],
    ['v1.12.17', 'none'],
    ['v1.12.18', exceptJoin],
    ['v1.12.19', 'Validated'],
    ['v1.13.0', 'Validated'],
    ['v1.16.2', 'Validated'],
    ['v1.7.3', undefined],
    ['release-2024q1', undefined],
    [undefined, undefined],
  ])('of %s is %s', (version, gate) => {
    expect(routeGateOf(version)).toBe(gate);
  });

  test('exempts join and nothing else where it says so', () => {
    expect(gatingCondition(exceptJoin, 'join', 'join')).toBe('none');
    expect(gatingCondition(exceptJoin, 'ovn-default', 'join')).toBe('Ready');
  });
});

describe('the leader lock', () => {
  test.each([
    ['v1.8.14', 'ConfigMap'],
    ['v1.9.11', 'ConfigMap'],
    ['v1.9.12', 'Lease'],
    ['v1.10.4', 'ConfigMap'],
    ['v1.10.5', 'Lease'],
    ['v1.11.0', 'Lease'],
    ['v1.16.2', 'Lease'],
    [undefined, undefined],
  ])('of %s is a %s', (version, kind) => {
    expect(lockKindOf(version)).toBe(kind);
  });

  test('lasts longer since the rewrite of v1.11.0', () => {
    expect(lockTiming('v1.10.10')).toEqual({ lease: 15, renew: 10, retry: 2 });
    expect(lockTiming('v1.11.0')).toEqual({ lease: 30, renew: 20, retry: 6 });
  });
});

test.each([
  ['v1.9.4', false],
  ['v1.9.5', true],
  ['v1.9.10', true],
  ['v1.9.11', false],
  ['v1.10.0', true],
  ['v1.10.6', true],
  ['v1.10.7', false],
  ['v1.8.9', false],
  [undefined, undefined],
])('the loop that stops at a pod without a port is in %s: %s', (version, expected) => {
  expect(hasPortGroupLoop(version)).toBe(expected);
});

test('a branch that never got a change does not have it, though a later one does', () => {
  expect(has('v1.10.10', changes.routesFollowValidated)).toBe(false);
  expect(has('v1.8.17', changes.leaseLock)).toBe(false);
  expect(has('v1.8.14', changes.vmAddressesRestored)).toBe(true);
});

test.each([
  ['kubeovn/kube-ovn:v1.9.8', 'v1.9.8'],
  ['registry.example.com:5000/network/kube-ovn:1.12.17-dbg', '1.12.17-dbg'],
  ['kubeovn/kube-ovn:v1.9.8@sha256:8f7c', 'v1.9.8'],
  ['kubeovn/kube-ovn@sha256:8f7c', undefined],
  ['registry.example.com:5000/kube-ovn', undefined],
  ['kubeovn/kube-ovn:latest', undefined],
])('the version of image %s is %s', (image, version) => {
  expect(versionOfImage(image)).toBe(version);
});

test('the version is the newest banner of a log', () => {
  const line = (version: string) => `I0105 09:50:00.000000       7 version.go:14] Version:       ${version}`;
  expect(versionOfBanner([line('v1.9.7'), 'Commit: git-1234', line('v1.9.8')])).toBe('v1.9.8');
  expect(versionOfBanner(['Version: unknown'])).toBeUndefined();
});
