import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'calico/felix-behind';

test('compares the metric with the pods of the node, and is unsure of the reason', async () => {
  const finding = (await look(check, 'two-of-three')).finding();
  expect(finding).toMatchObject({ confidence: 0.6, about: { kind: 'Node', name: 'worker-3' } });
  expect(finding.says).toMatch(/knows 1 of 3 pods/);
  expect(finding.remedies).toEqual([expect.objectContaining({ id: 'calico/compare-felix', how: 'manual' })]);
});

test('suspects Typha first where there is one, and asks the port that is configured', async () => {
  const finding = (await look(check, 'behind-typha')).finding();
  expect(finding.says).toMatch(/its Typha is the first suspect/);
  expect(finding.remedies[0]?.steps.map(({ does }) => does).join(' ')).toMatch(/typha_breadcrumb_seq_number/);
});

test.each(['in-step', 'nobody-waits', 'a-list-is-refused'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test.each([
  ['metrics-off', /metrics of Felix are off/],
  ['metrics-never-set', /metrics of Felix are off/],
  ['no-such-metric', /answers 200 without felix_active_local_endpoints/],
])('says unknown, not clear, when pods are in trouble and nothing can be compared: %s', async (world, because) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(because);
});
