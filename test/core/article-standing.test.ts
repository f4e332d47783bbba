import { describe, expect, test } from '@jest/globals';
import { boostOf, notJudged, originalOf, sayStanding } from '../../src/core/article-standing.ts';

describe('what use does to the rank of an article', () => {
  test('is nothing where nothing is known', () => {
    expect(boostOf(notJudged)).toBe(1);
  });

  test('stays between 0.97 and 1.06, whatever is counted', () => {
    expect(boostOf({ helped: 1e6, notHelpful: 0, verifiedFixes: 1e6 })).toBeLessThanOrEqual(1.06);
    expect(boostOf({ helped: 0, notHelpful: 1e6, verifiedFixes: 0 })).toBeGreaterThanOrEqual(0.97);
    expect(boostOf({ helped: 0, notHelpful: 0, verifiedFixes: -3 })).toBe(1);
  });

  test('grows with opinions and fixes, and one opinion counts little', () => {
    const once = boostOf({ ...notJudged, helped: 1 });
    const often = boostOf({ ...notJudged, helped: 20 });
    expect([once > 1, once < 1.007, often > once]).toEqual([true, true, true]);
    expect(boostOf({ ...notJudged, verifiedFixes: 2 })).toBeGreaterThan(boostOf({ ...notJudged, verifiedFixes: 1 }));
    expect(boostOf({ ...notJudged, helped: 3, notHelpful: 3 })).toBe(1);
  });
});

test('is said in words, and only what is known', () => {
  expect(sayStanding({ helped: 4, notHelpful: 0, verifiedFixes: 2 }, 'en')).toBe('helped 4 times, 2 verified fixes');
  expect(sayStanding({ helped: 1, notHelpful: 1, verifiedFixes: 1 }, 'en')).toBe(
    'helped once, not helpful once, 1 verified fix',
  );
  expect(sayStanding({ helped: 4, notHelpful: 0, verifiedFixes: 2 }, 'zh')).toBe('4 次有帮助，2 次已验证的修复');
  expect(sayStanding(notJudged, 'en')).toBe('');
});

test('belongs to the original of a translation', () => {
  expect(['net/mtu.zh', 'net/mtu.en', 'net/mtu', 'net/zh'].map(originalOf)).toEqual([
    'net/mtu',
    'net/mtu',
    'net/mtu',
    'net/zh',
  ]);
});
