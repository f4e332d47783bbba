import { describe, expect, test } from '@jest/globals';
import { refuseWrongSettings } from '../../src/app/catalogue.ts';
import { catalogue } from '../../src/catalogue.ts';

describe('thresholds in the configuration', () => {
  test('are accepted for a check that has them', () => {
    expect(() => refuseWrongSettings(catalogue, { 'kube-ovn/subnet-not-ready': {} })).not.toThrow();
  });

  test('are refused for a check that does not exist, and with a value it does not understand', () => {
    const settings = { 'kube-ovn/subnet-not-redy': {}, 'kube-ovn/subnet-not-ready': { colour: 'red' } };
    expect(() => refuseWrongSettings(catalogue, settings)).toThrow(
      /did you mean kube-ovn\/subnet-not-ready[\s\S]*settings: kube-ovn\/subnet-not-ready/,
    );
  });
});
