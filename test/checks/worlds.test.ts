import { describe, expect, test } from '@jest/globals';
import { denialOf } from '../../scripts/worlds.ts';
import { catalogue } from '../../src/catalogue.ts';
import { carryOut, checkOf, loadWorld, look, worldNames } from './worlds.ts';

describe('every world', () => {
  test.each(worldNames)('%s gives what it expects', async (name) => {
    const check = checkOf(name);
    const world = loadWorld(name);
    const { verdict, findings } = await look(check, world);
    expect(world.expect?.found).toBeDefined();
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual(world.expect?.found);
    expect(verdict.is === 'unknown').toBe(world.expect?.unknown?.includes(check) ?? false);
  });

  test.each(worldNames.filter((name) => loadWorld(name).expect?.then !== undefined))(
    '%s comes to the end it expects',
    async (name) => {
      const { expect: expected, ...world } = loadWorld(name);
      const proof = await carryOut(checkOf(name), world, expected?.remedy);
      expect(proof.outcome).toBe(expected?.then);
    },
  );
});

describe.each(catalogue.checks.map(({ id }) => id))('%s', (id) => {
  const check = catalogue.checks.find((candidate) => candidate.id === id);
  const denials = [
    ...new Map((check?.reads ?? []).map((read) => [JSON.stringify(denialOf(read)), denialOf(read)])).values(),
  ];
  const names = worldNames.filter((name) => checkOf(name) === id);

  test('has worlds in which it is found, clear and, unless it always applies, not applicable', async () => {
    const verdicts = await Promise.all(names.map(async (name) => (await look(id, loadWorld(name))).verdict.is));
    const wanted = ['found', 'clear', ...(check?.appliesTo({ kubernetes: {} }) === true ? [] : ['not-applicable'])];
    expect(new Set(verdicts)).toEqual(new Set([...verdicts, ...wanted]));
  });

  test.each(denials)('never says clear when it may not $verb $resource, and says unknown somewhere', async (denial) => {
    const seen = await Promise.all(
      names.map(async (name) => {
        const world = loadWorld(name);
        const free = await look(id, world);
        const denied = await look(id, { ...world, denied: [...world.denied, denial] });
        return { name, free: free.verdict, denied: denied.verdict };
      }),
    );
    const wrong = seen.filter(({ free, denied }) => denied.is !== 'unknown' && denied.is !== free.is);
    expect(wrong).toEqual([]);
    expect(seen.some(({ free, denied }) => free.is !== 'unknown' && denied.is === 'unknown')).toBe(true);
  });

  test('says unknown when the cluster does not answer', async () => {
    const verdicts = await Promise.all(
      names.map(async (name) => (await look(id, { ...loadWorld(name), unreachable: true })).verdict.is),
    );
    expect(new Set(verdicts)).toEqual(new Set(['unknown']));
  });
});
