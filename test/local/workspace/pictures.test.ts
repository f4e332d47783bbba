import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

/** The pictures that the page draws itself, and the shapes it draws them with. */
const drawn = Array.from(read('src/local/workspace/page/emoji.js').matchAll(/: \['(.+?)', '(\w+)', /g));

test('the page draws every picture that a screen shows, so that none is missing where no emoji font is installed', () => {
  const folder = 'src/adapters/slack/blocks';
  const files = readdirSync(`${root}/${folder}`).map((file) => read(`${folder}/${file}`));
  const shown = new Set(files.flatMap((file) => file.match(/\p{Extended_Pictographic}/gu) ?? []));
  const known = new Set(drawn.map(([, picture]) => picture?.replace('\uFE0F', '')));
  expect(shown.size).toBeGreaterThan(10);
  expect(Array.from(shown).filter((picture) => !known.has(picture))).toEqual([]);
});

test('every picture that the page draws has a shape', () => {
  const icons = read('src/local/workspace/page/icons.js');
  const missing = drawn.filter(([, , shape]) => !new RegExp(`\n  ${shape}:`).test(icons));
  expect(missing.map(([, picture]) => picture)).toEqual([]);
});
