import { expect, test } from '@jest/globals';
import { plainWords } from '../../../src/adapters/markdown/plain-words.ts';

test.each([
  ['Restart **the** [agent](x.md).\n\n```bash\nrm -rf /\n```\n\nThen wait.', 'Restart the agent. Then wait.'],
  ['![a picture](a.png)\n\n- one\n- two', 'one two'],
  ['| a | b |\n|---|---|\n| 1 | 2 |', 'a · b 1 · 2'],
  ['<div class="x">text</div>', 'text'],
  ['Before.\n\n```\nnever closed', 'Before.'],
  ['', ''],
])('shows %j as %j', (markdown, words) => {
  expect(plainWords(markdown)).toBe(words);
});

test('cuts a long text at a word, and ends in time on a hostile one', () => {
  expect(plainWords('word '.repeat(500)).length).toBeLessThan(410);
  expect(plainWords('[('.repeat(20_000)).length).toBeLessThan(410);
});
