import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/address-accounting';

test.each([
  ['more-in-use', /IPv4: 6 in use, but 4 held by objects.*looks fuller than it is/, 0.7],
  ['fewer-in-use', /IPv4: 3 in use, but 4 held by objects.*given out a second time/, 0.9],
  ['list-in-use', /IPv4: 4 in use, but 3 listed as in use/, 0.7],
  [
    'excluded-while-in-use',
    /10\.33\.0\.20, 10\.33\.0\.21 and 10\.33\.0\.30 are in use and in excludeIps as well.*#3574, #5522/,
    0.7,
  ],
  ['ipv6', /IPv6: 3 in use, but 1 held by objects/, 0.7],
])('finds counters that do not fit: %s', async (world, says, confidence) => {
  const finding = (await look(check, world)).finding();
  expect(finding).toMatchObject({ about: { kind: 'Subnet', name: 'web' }, confidence });
  expect(finding.says).toMatch(says);
});

test.each(['pods-come-and-go', 'pod-leaves'])(
  'does not judge a subnet in which something moves, and says so: %s',
  async (world) => {
    const { verdict } = await look(check, world);
    expect(verdict.is).toBe('clear');
    expect(verdict.measured[1]?.is).toMatch(/came or went in the last 5 min, so that says nothing yet/);
  },
);

test.each([
  'being-deleted',
  'fits',
  'interconnection',
  'one-address-of-two',
  'users-without-objects',
  'virtual-addresses',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says that it does not see IP objects where none is listed, and takes no counter for wrong', async () => {
  const { verdict } = await look(check, 'no-objects');
  expect(verdict).toMatchObject({ is: 'unknown', because: expect.stringMatching(/web: there is not one IP object/) });
});
