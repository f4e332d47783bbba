import { expect, test } from '@jest/globals';
import { versionOfAgentImage } from '../../../playbooks/facts/calico/product.ts';
import {
  afterRefusal,
  changes,
  fingerprintOf,
  has,
  isAffectedByStaleWatch,
} from '../../../playbooks/facts/calico/versions.ts';

test.each([
  ['v3.20.6', false, 'unconcerned'],
  ['v3.21.0', true, 'stuck'],
  ['v3.21.6', true, 'stuck'],
  ['v3.22.5', true, 'stuck'],
  ['v3.23.0', true, 'stuck'],
  ['v3.23.1', false, 'recovers'],
  ['v3.24.0', false, 'recovers'],
  ['v3.29.3', false, 'recovers'],
  ['v3.30.0', false, 'recovers-always'],
  ['v3.32.0', false, 'recovers-always'],
  ['v3.21.4-vendor.2', true, 'stuck'],
  ['master', undefined, undefined],
  [undefined, undefined, undefined],
])('%s gets stuck: %s, and after a refused list it is %s', (version, isAffected, does) => {
  expect(isAffectedByStaleWatch(version)).toBe(isAffected);
  expect(afterRefusal(version)).toBe(does);
});

test.each([
  [188, 'v3.21.0 to v3.22.5', 'stuck'],
  [193, 'v3.23.0', 'stuck'],
  [194, 'v3.23.1 to v3.29', 'recovers'],
  [239, 'v3.30', 'recovers-always'],
  [274, 'v3.31 and v3.32', 'recovers-always'],
])('line %d of the source is that of %s', (line, versions, does) => {
  expect(fingerprintOf(line)).toEqual({ versions, does });
});

test('a line that no checked version logs from tells nothing', () => {
  expect(fingerprintOf(174)).toBeUndefined();
});

test('the fault of the second page was mended on two branches', () => {
  expect(['v3.21.2', 'v3.21.3', 'v3.22.0'].map((version) => has(version, changes.pagesWithoutMatch))).toEqual([
    false,
    true,
    true,
  ]);
});

test.each([
  ['docker.io/calico/node:v3.22.0', 'v3.22.0'],
  ['registry.example.com:5000/calico/node:3.21.4@sha256:8f7c', '3.21.4'],
  ['rancher/mirrored-calico-node:v3.21.1', 'v3.21.1'],
  ['quay.io/tigera/cnx-node:v3.14.0', undefined],
  ['calico/node@sha256:8f7c', undefined],
])('the version of image %s is %s', (image, version) => {
  expect(versionOfAgentImage(image)).toBe(version);
});
