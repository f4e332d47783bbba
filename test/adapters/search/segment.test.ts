import { describe, expect, test } from '@jest/globals';
import { rolesOfPairs } from '../../../src/adapters/search/segment.ts';

describe('a run of Chinese characters', () => {
  test('is read as the known words that explain most of it, and the pair between two words is none', () => {
    const words = [
      { at: 0, length: 2, sure: 0.9 },
      { at: 1, length: 2, sure: 0.4 },
      { at: 2, length: 2, sure: 0.9 },
    ];
    expect(rolesOfPairs(4, words)).toEqual(['word', 'between', 'word']);
  });

  test('prefers a longer word to the words inside it', () => {
    const words = [
      { at: 0, length: 2, sure: 1 },
      { at: 1, length: 2, sure: 1 },
      { at: 0, length: 3, sure: 1 },
      { at: 3, length: 2, sure: 1 },
    ];
    expect(rolesOfPairs(5, words)).toEqual(['part', 'part', 'between', 'word']);
  });

  test('of no known word has only pairs between words', () => {
    expect(rolesOfPairs(3, [])).toEqual(['between', 'between']);
    expect(rolesOfPairs(1, [])).toEqual([]);
  });
});
