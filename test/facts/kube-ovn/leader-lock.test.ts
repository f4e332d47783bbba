import { describe, expect, test } from '@jest/globals';
import { fresherLock, lockOfConfigMap, lockOfLease, lockState } from '../../../playbooks/facts/kube-ovn/leader-lock.ts';
import { ConfigMapShape, LeaseShape } from '../../../playbooks/kinds/kubernetes.ts';
import { CannotRead } from '../../../src/core/errors.ts';

const now = new Date('2026-01-05T10:00:00Z');

function lease(spec: Record<string, unknown>) {
  const metadata = { name: 'kube-ovn-controller', namespace: 'kube-system' };
  return lockOfLease(
    LeaseShape.parse({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }),
    'v1.12.4',
  );
}

function configMap(annotations: Record<string, string>) {
  const metadata = { name: 'ovn-config', namespace: 'kube-system', annotations };
  return lockOfConfigMap(ConfigMapShape.parse({ apiVersion: 'v1', kind: 'ConfigMap', metadata }));
}

const renewed = (time: string) => lease({ holderIdentity: 'a', leaseDurationSeconds: 30, renewTime: time });

describe('the state of a lock', () => {
  test.each([
    ['2026-01-05T09:59:58.000000Z', 'held'],
    ['2026-01-05T09:59:26.000000Z', 'held'],
    ['2026-01-05T09:59:24.000000Z', 'free'],
    ['2026-01-05T10:00:03.000000Z', 'held'],
  ])('renewed at %s is %s', (time, state) => {
    expect(lockState(renewed(time), now)).toBe(state);
  });

  test('is changing for a while after a release, which leaves a lease of one second', () => {
    const released = (time: string) => lease({ holderIdentity: '', leaseDurationSeconds: 1, renewTime: time });
    expect(lockState(released('2026-01-05T09:59:55Z'), now)).toBe('changing');
    expect(lockState(released('2026-01-05T09:59:30Z'), now)).toBe('free');
  });

  test('is free when nobody ever renewed it', () => {
    expect(lockState(lease({}), now)).toBe('free');
  });
});

describe('the lock in a ConfigMap', () => {
  const key = 'control-plane.alpha.kubernetes.io/leader';

  test('is read from its annotation', () => {
    const record =
      '{"holderIdentity":"a","leaseDurationSeconds":15,"acquireTime":"2026-01-05T09:51:20Z","renewTime":"2026-01-05T09:59:58Z","leaderTransitions":7}';
    expect(configMap({ [key]: record })).toMatchObject({ holder: 'a', leaseDurationSeconds: 15, transitions: 7 });
  });

  test('is none without the annotation', () => {
    expect(configMap({})).toBeUndefined();
  });

  test.each(['held by me', '[]', '{"renewTime":"yesterday"}'])('cannot be read from %s', (written) => {
    expect(() => configMap({ [key]: written })).toThrow(CannotRead);
  });
});

test('of two locks the fresher one counts', () => {
  const [older, newer] = [renewed('2026-01-01T00:00:00Z'), renewed('2026-01-05T09:59:58Z')];
  expect(fresherLock(older, newer)).toBe(newer);
  expect(fresherLock(newer, undefined)).toBe(newer);
});
