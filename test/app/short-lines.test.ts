import { expect, test } from '@jest/globals';
import { withShortLines } from '../../src/app/short-lines.ts';

const log = (text: string) => ({ from: 'kube-system/calico-node-1/calico-node', lines: [{ text }], droppedBytes: 0 });

test('a line of usual length is left as it is', () => {
  const usual = `2026-01-05T10:00:00Z ${'x'.repeat(16_000)}`;
  expect(withShortLines(log(usual)).lines[0]?.text).toBe(usual);
});

test('a longer one is cut, and says how long it was', () => {
  const text = withShortLines(log('x'.repeat(1_000_000))).lines[0]?.text ?? '';
  expect(text.length).toBeLessThan(17_000);
  expect(text).toMatch(/ \[cut: the line has 1000000 characters\]$/);
});

test('a secret at the place of the cut is taken out first', () => {
  const secret = `eyJhbGciOiJIUzI1NiJ9.${'s'.repeat(600)}.${'t'.repeat(300)}`;
  const text = withShortLines(log(`${'x '.repeat(8_000)}${secret}${' y'.repeat(1_000)}`)).lines[0]?.text ?? '';
  expect(text).toContain('[redacted token]');
  expect(text).not.toContain('eyJ');
});
