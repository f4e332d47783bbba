import { describe, expect, test } from '@jest/globals';
import { birdReportOf, culpritsOf } from '../../../playbooks/facts/calico/bgp.ts';

const prefix = 'Readiness probe failed: calico/node is not ready: BIRD is not ready: ';

test.each([
  ['BGP not established with 10.3.67.92,10.3.67.93', ['10.3.67.92', '10.3.67.93']],
  ['BGP not established with 10.3.67.92,10.3.67.932019-10-02 14:51:02.472 [INFO]', ['10.3.67.92', '10.3.67.93']],
  ['BGP not established with 172.18.0.1\n', ['172.18.0.1']],
  ['BGP not established with fd00::12,fd00::13', ['fd00::12', 'fd00::13']],
])('the peers of "%s" are read', (text, peers) => {
  expect(birdReportOf(prefix + text)).toEqual({ is: 'missing-peers', peers });
});

test('a socket that nobody listens on is a BIRD that does not run', () => {
  const text =
    'Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/calico/bird.ctl: no such file';
  expect(birdReportOf(prefix + text)).toEqual({ is: 'not-running' });
});

test('a probe about Felix says nothing of BIRD', () => {
  expect(birdReportOf('calico/node is not ready: felix is not ready: readiness probe reporting 503')).toBeUndefined();
});

describe('the fewest ends that explain broken sessions', () => {
  const session = (reporter: string, peer: string) => ({ reporter, peer });

  test('are the one node that everybody misses', () => {
    const all = ['a', 'b', 'c'].flatMap((name) => [session(name, 'x'), session('x', name)]);
    expect(culpritsOf(all, new Set())).toEqual([{ name: 'x', with: ['a', 'b', 'c'] }]);
  });

  test('are the suspicious end of a single session, else the one that reports it', () => {
    expect(culpritsOf([session('a', 'b')], new Set(['b']))[0]?.name).toBe('b');
    expect(culpritsOf([session('b', 'a')], new Set())[0]?.name).toBe('b');
  });

  test('are two where one does not explain all', () => {
    const all = [session('x', 'a'), session('x', 'b'), session('y', 'c'), session('y', 'd')];
    expect(culpritsOf(all, new Set()).map(({ name }) => name)).toEqual(['x', 'y']);
  });
});
