import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../src/catalogue.ts';
import type { World } from '../../src/core/world.ts';
import { checkOf, loadWorld, look, worldNames } from './worlds.ts';

/** Nearly as long as a line may be when a check gets it; longer ones are cut before. */
const longest = 16_000;
/** So many lines of each log. */
const most = 40;

const fill = (part: string): string => part.repeat(Math.ceil(longest / Math.max(1, part.length))).slice(0, longest);

/** Lines that nearly match, over and over: what makes a careless pattern try every way to read them. */
const madeLong: readonly ((text: string) => string)[] = [
  (text) => fill(text.slice(0, -1)),
  (text) => fill(text.slice(0, Math.ceil(text.length / 2))),
  (text) => text.slice(0, Math.ceil(text.length / 2)) + fill(text.slice(Math.ceil(text.length / 2), -2)),
  (text) => text.replace(/[A-Za-z]+/, (word) => fill(word)),
  (text) => text.replaceAll(/\s/g, ' '.repeat(Math.ceil(longest / text.length) * 4)),
  (text) => text.replace(/\d+/, (digits) => fill(digits)),
  (text) => `${fill('"')}${text}`,
  (text) => `${text}${fill('a=')}`,
];

function withLongLines(world: World, make: (text: string) => string): World {
  const logs = world.logs.map((log) => ({
    ...log,
    lines: log.lines.slice(-most).map((line) => {
      const at = line.indexOf(' ') + 1;
      return line.slice(0, at) + make(line.slice(at));
    }),
  }));
  return { ...world, logs };
}

const readers = catalogue.checks
  .map(({ id }) => id)
  .flatMap((id) => {
    const own = worldNames.filter((name) => checkOf(name) === id && loadWorld(name).logs.length > 0);
    return own.length === 0 ? [] : [[id, own] as const];
  });

describe('a log of lines that nearly match', () => {
  test.each(readers)('is read by %s in good time', async (id, own) => {
    const started = performance.now();
    for (const make of madeLong) {
      const { verdict } = await look(id, withLongLines(loadWorld(own[0] ?? ''), make));
      expect(verdict.check).toBe(id);
    }
    // All of it takes less than a second on a machine with much else to do; one bad pattern takes minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
