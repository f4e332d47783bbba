import { describe, expect, test } from '@jest/globals';
import { parseFreeze } from '../../commands/parse-freeze.ts';
import { WrongUsage } from '../../src/core/errors.ts';
import { Registration } from '../../src/core/registration.ts';

const registered = (name: string, environment: string) =>
  Registration.parse({ name, environment, connect: { inCluster: true } });
const registrations = [
  registered('prod-sh', 'production'),
  registered('prod-bj', 'production'),
  registered('staging', 'staging'),
  registered('edge', 'branch'),
  registered('shop-7', 'edge'),
];
const parsed = (text: string) => parseFreeze(text, registrations);
const production = { kind: 'environment', name: 'production' };

describe('the words after /freeze', () => {
  test.each([
    ['production "db failover" 2h', { scope: production, reason: 'db failover', milliseconds: 7_200_000 }],
    ['prod-sh db failover 30m', { scope: { kind: 'cluster', name: 'prod-sh' }, reason: 'db failover' }],
    ['production “change 17m of the core” 1d', { reason: 'change 17m of the core', milliseconds: 86_400_000 }],
    ['environment=edge "move" 90s', { scope: { kind: 'environment', name: 'edge' }, milliseconds: 90_000 }],
    ['cluster=edge "move" 1h', { scope: { kind: 'cluster', name: 'edge' } }],
  ])('%s is a freeze', (text, expected) => {
    expect(parsed(text)).toMatchObject({ does: 'freeze', ...expected });
  });

  test('list and lift are understood, and no words at all list', () => {
    expect([parsed(''), parsed('list')]).toEqual([{ does: 'list' }, { does: 'list' }]);
    expect(parsed('lift production')).toEqual({ does: 'lift', scope: production });
  });

  test('a name of a cluster that is alone in the environment of the same name is the environment', () => {
    expect(parsed('staging "upgrade" 1h')).toMatchObject({ scope: { kind: 'environment', name: 'staging' } });
  });

  test.each([
    ['edge "move" 1h', 'Say which: cluster=edge or environment=edge'],
    ['prodution "db failover" 2h', 'Did you mean production?'],
    ['moon "db failover" 2h', 'the environments are production, staging, branch, edge.'],
    ['production "db failover"', 'Say at the end for how long'],
    ['production "db failover" 0m', 'Say at the end for how long'],
    ['production 2h', 'Say why'],
    ['production "db failover" 15d', 'at most 14 days'],
    [`production ${'x'.repeat(201)} 2h`, 'at most 200'],
    ['lift', 'Name one cluster or environment'],
  ])('%s is refused with what to type instead', (text, says) => {
    const told = () => {
      try {
        return parsed(text);
      } catch (error) {
        return error instanceof WrongUsage ? `${error.message} ${error.next}` : error;
      }
    };
    expect(told()).toContain(says);
  });
});
