import { describe, expect, test } from '@jest/globals';
import { scaffold } from '../../scripts/new.ts';

describe('npm run new', () => {
  test('makes a check, its test, two worlds and two articles with one stem', () => {
    expect(Object.keys(scaffold('check', 'calico/stale-watch'))).toEqual([
      'playbooks/checks/calico/stale-watch.ts',
      'test/checks/calico/stale-watch.test.ts',
      'test/worlds/calico/stale-watch/found.yaml',
      'test/worlds/calico/stale-watch/clear.yaml',
      'knowledge/calico/stale-watch.md',
      'knowledge/calico/stale-watch.zh.md',
    ]);
  });

  test.each([
    ['check', 'stale-watch'],
    ['check', 'Calico/Watch'],
    ['check', '../x/y'],
    ['playbook', 'a/b'],
    ['remedy', 'a'],
    [undefined, undefined],
  ])('says how it is used when it is given %s %s', (what, id) => {
    expect(() => scaffold(what, id)).toThrow('Usage: npm run new check');
  });
});
