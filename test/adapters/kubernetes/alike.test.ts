import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Pod } from '../../../playbooks/kinds/kubernetes.ts';
import { alike } from '../../../src/adapters/kubernetes/alike.ts';
import { parseObject } from '../../../src/adapters/kubernetes/kinds.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { readAs } from '../../../src/core/kind.ts';
import { damagedWorld, damages } from '../../checks/damage.ts';
import { loadWorld, worldNames } from '../../checks/worlds.ts';

describe('an object made of parts of the one before it', () => {
  test('is equal to what it was, whatever the two hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.boolean(), (before, value, isCopy) => {
        const object: unknown = structuredClone(isCopy ? { ...Object(before), own: value } : value);
        const kept: unknown = structuredClone(before);
        expect(alike(kept, structuredClone(object))).toEqual(object);
        expect(kept).toEqual(before);
      }),
      { seed: 20_260_105, numRuns: 300 },
    );
  });

  test('holds the very parts of the one before it that are equal', () => {
    const at = '2026-01-05T10:00:00Z';
    const before = { name: 'a', list: [{ image: 'web' }, { at: new Date(at) }], none: undefined };
    const object = alike(before, { name: 'b', list: [{ image: 'web' }, { at: new Date(at) }], none: undefined });
    expect(object.name).toBe('b');
    expect(object.list).toBe(before.list);
  });

  test('does not take a field that is not there for one that is undefined', () => {
    expect(Object.keys(alike({}, { none: undefined }))).toEqual(['none']);
    expect(Object.keys(alike({ none: undefined }, {}))).toEqual([]);
  });

  test('does not take what every object has for a field', () => {
    expect(alike({}, { constructor: Object, toString: 1 })).toEqual({ constructor: Object, toString: 1 });
  });
});

describe('reading an object fast', () => {
  const names = worldNames.filter((name) => loadWorld(name).objects.some(({ kind }) => kind === 'Pod'));

  test('gives what the schema gives, or names the field that the schema refuses', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        fc.constantFrom(...(Object.keys(damages) as (keyof typeof damages)[])),
        (name, object, place, does) => {
          const world = loadWorld(name);
          const pods = world.objects.filter(({ kind }) => kind === 'Pod');
          const damaged = damagedWorld({ ...world, objects: pods }, { object, place, does });
          for (const pod of damaged?.world.objects ?? []) {
            const slow = readAs(Pod.schema, pod);
            if (slow.success) expect(parseObject('list pods', Pod, 'v1', pod)).toEqual(slow.data);
            else expect(() => parseObject('list pods', Pod, 'v1', pod)).toThrow(CannotRead);
          }
        },
      ),
      { seed: 20_260_105, numRuns: 150 },
    );
  });
});
