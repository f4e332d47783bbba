import { describe, expect, test } from '@jest/globals';
import { mayBringAbout } from '../../src/core/may-bring-about.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));

describe('what one finding may bring about', () => {
  test('is anything while neither says what it concerns', () => {
    expect(mayBringAbout({}, { nodes: ['a'], concerns: { Pod: ['x/y'] }, since: at(0) })).toBe(true);
  });

  test('is on one of its nodes', () => {
    expect(mayBringAbout({ nodes: ['a', 'b'] }, { nodes: ['b'] })).toBe(true);
    expect(mayBringAbout({ nodes: ['a'] }, { nodes: ['b'] })).toBe(false);
    expect(mayBringAbout({ nodes: ['a'] }, { nodes: [] })).toBe(false);
  });

  test('shares an object of every sort that both name', () => {
    const cause = { concerns: { Subnet: ['web'], Namespace: ['shop'] } };
    expect(mayBringAbout(cause, { concerns: { Subnet: ['web', 'db'], Pod: ['shop/cart'] } })).toBe(true);
    expect(mayBringAbout(cause, { concerns: { Subnet: ['db'] } })).toBe(false);
    expect(mayBringAbout(cause, { concerns: { Subnet: ['web'], Namespace: ['lab'] } })).toBe(false);
    expect(mayBringAbout(cause, { concerns: { Pod: ['lab/cart'] } })).toBe(true);
  });

  test('was not there long before it', () => {
    expect(mayBringAbout({ since: at(20) }, { since: at(9) })).toBe(false);
    expect(mayBringAbout({ since: at(20) }, { since: at(10) })).toBe(true);
    expect(mayBringAbout({ since: at(20) }, { since: at(50) })).toBe(true);
  });
});
