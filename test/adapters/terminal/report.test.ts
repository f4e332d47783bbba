import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createPaint } from '../../../src/adapters/terminal/paint.ts';
import { renderReport } from '../../../src/adapters/terminal/report.ts';
import { cut, widthOf, wrap } from '../../../src/adapters/terminal/wrap.ts';
import { catalogue } from '../../../src/catalogue.ts';
import { loadWorld, runOn } from '../../checks/worlds.ts';

const plain = { paint: createPaint(false), width: 100 };

async function rendered(world: string): Promise<string> {
  const [playbook] = catalogue.playbooks.filter(({ id }) => id === 'subnet');
  if (playbook === undefined) throw new Error('there is no playbook subnet');
  return renderReport(await runOn(loadWorld(world), playbook), plain);
}

describe('a report in a terminal', () => {
  test('shows the root cause first and its consequences below it, each fix and article once', async () => {
    const text = await rendered('kube-ovn/subnet-not-ready/leader-change');
    const order = [
      'The API server did not answer',
      '└─ ✗ The kube-ovn controllers lost their leader',
      '└─ ✗ Subnet ovn-default',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect([...places].sort((left, right) => left - right)).toEqual(places);
    expect(text.split('- fix: Delete the leading').length - 1).toBe(1);
  });

  test('counts what it leaves out', async () => {
    const text = await rendered('kube-ovn/subnet-not-ready/leader-change');
    expect(text).toMatch(/… \d+ earlier/);
    expect(text).toMatch(/and \d+ more pieces of evidence/);
  });

  test('has no line that is wider than the terminal', async () => {
    const text = await rendered('kube-ovn/subnet-not-ready/leader-change');
    const wide = text
      .split('\n')
      .filter((line) => widthOf(line) > plain.width && !line.includes('http') && !line.includes('://'));
    expect(wide).toEqual([]);
  });

  test('says that what is unknown is not known', async () => {
    const text = await rendered('kube-ovn/subnet-not-ready/no-such-subnet');
    expect(text).toContain('Not known.');
    expect(text).toContain('not everything could be looked at');
  });
});

describe('lines', () => {
  test('keep every character when they are wrapped, and fit the width', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 8, max: 40 }), (text, width) => {
        const tidy = text.replace(/\s+/g, ' ').trim();
        const lines = wrap(tidy, width);
        expect(lines.join('').replace(/ /g, '')).toBe(tidy.replace(/ /g, ''));
        expect(lines.every((line) => widthOf(line) <= width + 1)).toBe(true);
      }),
    );
  });

  test('count Chinese characters as two columns, and are cut with a mark', () => {
    expect(widthOf('子网 a')).toBe(6);
    expect(cut('子网没有就绪', 7)).toBe('子网没…');
    expect(cut('short', 7)).toBe('short');
  });
});
