import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/one-apiserver-affected';

test('names the node of the API server that fails', async () => {
  const finding = (await look(check, 'one-of-three')).finding();
  expect(finding.about).toMatchObject({ kind: 'Node', name: 'master-2' });
  expect(finding.says).toMatch(/on master-2 cannot reach .* those on master-1 and master-3 can/);
});

test('finds it while the condition is True just now, from the words of a newer server', async () => {
  expect((await look(check, 'available-just-now')).finding().about.name).toBe('master-2');
});

test('is about the API when several fail', async () => {
  expect((await look(check, 'two-of-three')).finding().about.kind).toBe('APIService');
});

test.each(['all-of-them', 'only-one-there', 'recovered', 'failed-twice'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
