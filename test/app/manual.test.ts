import { beforeEach, describe, expect, test } from '@jest/globals';
import { doneByHand } from '../../src/app/manual.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { CannotRead } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import type { ProposalScreen, Screen } from '../../src/core/screen.ts';
import type { World } from '../../src/core/world.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const name = 'kube-ovn/subnet-not-ready/cidr-conflict';
const remedy = 'kube-ovn/correct-subnet';
let house: TestHouse;
let fix: string;

/** Somebody deletes the subnets that are refused, some time after the run. */
const corrected = (world: World): World => ({
  ...world,
  after: [
    {
      within: '40s',
      objects: [],
      logs: [],
      remove: world.objects
        .filter(
          ({ kind, ...rest }) => kind === 'Subnet' && JSON.stringify(rest).includes('ValidateLogicalSwitchFailed'),
        )
        .map(({ kind, metadata }) => ({ kind, name: metadata.name })),
    },
  ],
});

async function looked(change?: (world: World) => World, mode: 'observe' | 'remediate' = 'observe'): Promise<void> {
  house = houseOf(name, { mode, ...(change === undefined ? {} : { change }) });
  await triage(aJob, house, aContext());
  fix = Object.values(finding().byHand ?? {})[0]?.split('/')[1] ?? '';
}

const screens = (prefix: string): Screen[] =>
  [...house.chat.shown].filter(([key]) => key.startsWith(prefix)).flatMap(([, all]) => all.at(-1) ?? []);

function finding() {
  for (const screen of screens('run/r1/finding/')) {
    if (screen.screen === 'finding' && screen.finding.remedies.some(({ id }) => id === remedy)) return screen;
  }
  throw new Error('no finding offers the manual fix');
}

const press = async (by: Person = people.wei) => doneByHand({ run: 'r1', fix, by }, house);
const card = () => house.chat.shown.get(`proposal/${fix}`)?.at(-1) as ProposalScreen;
const events = async () => (await house.ledger.ofProposal(fix)).map(({ event, actor }) => `${event} ${actor}`);

describe('a manual fix', () => {
  beforeEach(async () => looked(corrected));

  test('has a button that says it is done, on a cluster that is only observed too', () => {
    expect(finding().byHand).toEqual({ [remedy]: `r1/${fix}` });
  });

  test('that somebody did is proved with the same check, and stands in the ledger with who did it', async () => {
    expect(await press()).toContain('The same check looks again now, for up to 10 min');
    expect(house.jobs.remediate).toEqual([`proposal/${fix}`]);
    await remediate(fix, house, aContext());
    expect(card()).toMatchObject({ state: { is: 'done', decision: { by: 'wei' }, proof: { outcome: 'resolved' } } });
    expect(await events()).toEqual(['done-by-hand wei', 'proved cluster-triage']);
    expect(house.root('r1').outcome).toBe('resolved');
    expect(house.world.changes()).toEqual([]);
  });

  test('is proved once when two people say so, and the second hears who was first', async () => {
    const said = await Promise.all([press(), press(people.bo)]);
    expect(said.filter((text) => text.includes('looks again now'))).toHaveLength(1);
    expect(said.find((text) => !text.includes('looks again now'))).toContain('said at 10:00:00 UTC that this is done');
    expect(house.jobs.remediate).toHaveLength(1);
    expect((await events()).filter((event) => event.startsWith('done-by-hand'))).toHaveLength(1);
  });

  test('has no button any more once somebody did it', async () => {
    await press();
    await remediate(fix, house, aContext());
    expect(finding().byHand).toEqual({});
  });

  test('is written down with who did it although the process ended before that', async () => {
    const dying = {
      ...house,
      ledger: { ...house.ledger, append: async () => Promise.reject(new Error('the process ended')) },
    };
    await expect(doneByHand({ run: 'r1', fix, by: people.wei }, dying)).rejects.toThrow('the process ended');
    await remediate(fix, house, aContext());
    expect(await events()).toEqual(['done-by-hand wei', 'proved cluster-triage']);
  });
});

test('a manual fix in vain is not resolved, with what was measured before and after', async () => {
  await looked();
  await press();
  await remediate(fix, house, aContext());
  expect(card().state).toMatchObject({ proof: { outcome: 'not-resolved' } });
  expect(await press()).toContain('run the playbook again');
});

test('a manual fix after which nobody can look is unknown, not resolved', async () => {
  await looked();
  await press();
  const cluster = house.world.open({ mode: 'observe', signal: AbortSignal.timeout(60_000) });
  const refuse = async () => Promise.reject(new CannotRead('list subnets', 'denied', 'the account may not'));
  const blind = { ...cluster, reader: { ...cluster.reader, list: refuse } };
  await remediate(fix, { ...house, clusters: { ...house.clusters, open: async () => blind } }, aContext());
  expect(card().state).toMatchObject({ proof: { outcome: 'unknown' } });
});

test('a run that is not known any more says what to do instead', async () => {
  await looked();
  expect(await doneByHand({ run: 'r9', fix, by: people.wei }, house)).toContain('Run the playbook again');
  expect(await doneByHand({ run: 'r1', fix: 'made-up', by: people.wei }, house)).toContain('Run the playbook again');
});
