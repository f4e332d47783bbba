import { describe, expect, test } from '@jest/globals';
import { wrongSettings } from '../../src/app/catalogue.ts';
import { catalogue } from '../../src/catalogue.ts';

describe('thresholds in the configuration', () => {
  test('are accepted for a check that has them', () => {
    expect(wrongSettings(catalogue, { 'kube-ovn/subnet-not-ready': {} })).toEqual([]);
  });

  test('are refused for a check that does not exist, and with a value it does not understand', () => {
    const settings = { 'kube-ovn/subnet-not-redy': {}, 'kube-ovn/subnet-not-ready': { colour: 'red' } };
    expect(wrongSettings(catalogue, settings)).toEqual([
      {
        path: ['kube-ovn/subnet-not-redy'],
        message: expect.stringContaining('did you mean kube-ovn/subnet-not-ready'),
      },
      { path: ['kube-ovn/subnet-not-ready'], message: expect.stringContaining('colour') },
    ]);
  });
});
