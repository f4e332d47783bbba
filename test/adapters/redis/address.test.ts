import { describe, expect, test } from '@jest/globals';
import { parseRedisAddress } from '../../../src/adapters/redis/address.ts';
import { WrongUsage } from '../../../src/core/errors.ts';

const open = { username: undefined, password: undefined, tls: false };

describe('REDIS_URL', () => {
  test.each([
    ['redis://cache', { ...open, kind: 'single', host: 'cache', port: 6379, database: 0 }],
    ['redis://', { ...open, kind: 'single', host: 'localhost', port: 6379, database: 0 }],
    ['redis://[::1]:7000/2', { ...open, kind: 'single', host: '::1', port: 7000, database: 2 }],
    [
      'redis://:s%40cret@cache/',
      { ...open, password: 's@cret', kind: 'single', host: 'cache', port: 6379, database: 0 },
    ],
    [
      'rediss://bot:pass:word@cache:6380/1',
      { username: 'bot', password: 'pass:word', tls: true, kind: 'single', host: 'cache', port: 6380, database: 1 },
    ],
    ['redis+unix:///run/my%20redis.sock', { ...open, kind: 'socket', path: '/run/my redis.sock', database: 0 }],
    [
      'redis-sentinel://:secret@s1:26379,s2/mymaster/3',
      {
        ...open,
        password: 'secret',
        kind: 'sentinel',
        sentinels: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26379 },
        ],
        name: 'mymaster',
        database: 3,
      },
    ],
    [
      'rediss-cluster://n1:7001,n2:7002',
      {
        ...open,
        tls: true,
        kind: 'cluster',
        nodes: [
          { host: 'n1', port: 7001 },
          { host: 'n2', port: 7002 },
        ],
      },
    ],
  ])('may be %s', (url, address) => {
    expect(parseRedisAddress(url)).toEqual(address);
  });

  test.each([
    '',
    'http://cache',
    'cache:6379',
    'redis://cache:0',
    'redis://cache:99999',
    'redis://one,two',
    'redis://cache/one',
    'redis://cache/0/1',
    'redis-sentinel://s1:26379',
    'redis-cluster://n1/1',
    'redis+unix://',
    'redis+unix://host/socket',
    'redis://:100%@cache',
  ])('may not be %j, and the answer says what it may be', (url) => {
    expect(() => parseRedisAddress(url)).toThrow(WrongUsage);
  });

  test('is never repeated with its password', () => {
    const complaint = (url: string) => {
      try {
        return JSON.stringify(parseRedisAddress(url));
      } catch (error) {
        return error instanceof WrongUsage ? `${error.message} ${error.next}` : 'another error';
      }
    };
    const said = complaint('redis://bot:hunter2@cache:nonsense');
    expect(said).toContain('REDIS_URL has a host that cannot be understood.');
    expect(said).not.toContain('hunter2');
  });
});
