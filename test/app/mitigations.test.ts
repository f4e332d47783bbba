import { beforeEach, describe, expect, test } from '@jest/globals';
import { mitigations } from '../../commands/mitigations.ts';
import { decide } from '../../src/app/decide.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { closeMitigation, remindOfMitigations, takeMitigation } from '../../src/app/mitigations.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { Policy } from '../../src/core/policy.ts';
import { ChatRefused } from '../../src/ports/chat.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

let house: TestHouse;
let fix: string;

async function fixed(world: string): Promise<void> {
  house = houseOf(world);
  await triage(aJob, house, aContext());
  fix = (await house.records.run('r1'))?.proposals[0] ?? '';
  await decide({ proposal: fix, by: people.bo, is: 'approved' }, house);
  await remediate(fix, house, aContext());
}

const events = async () =>
  (await house.ledger.ofProposal(fix))
    .filter(({ event }) => event.startsWith('mitigation'))
    .map(({ event, actor }) => `${event} ${actor}`);
const shownUnder = (key: string) => house.chat.shown.get(key) ?? [];
const days = (count: number) => count * 86_400_000;

describe('a fix that helped and will not last', () => {
  beforeEach(async () => fixed('kube-ovn/subnet-not-ready/leader-change'));

  test('opens a mitigation for whoever approved it, due after what the policy says', async () => {
    const [open, ...others] = await house.mitigations.allOpen();
    expect(others).toEqual([]);
    expect(open).toMatchObject({ id: fix, owner: 'bo', permanent: expect.stringContaining('upgrade of kube-ovn') });
    expect(Date.parse(open?.dueAt ?? '') - Date.parse(open?.openedAt ?? '')).toBe(days(7));
    expect(shownUnder(`mitigation/${fix}`)).toHaveLength(1);
    expect(await events()).toEqual(['mitigation-opened cluster-triage']);
  });

  test('opens it once although its job runs again', async () => {
    await remediate(fix, house, aContext());
    expect(await house.mitigations.allOpen()).toHaveLength(1);
    expect(await events()).toHaveLength(1);
  });

  test('is listed with its owner, what is to be done and when it is due', async () => {
    const asked = { delivery: 'd', by: people.bo, channel: 'C1', command: 'mitigations', text: '' };
    const dueAt = '2026-01-12T10:00:00.000Z';
    const listed = [expect.objectContaining({ cluster: 'prod-sh', owner: 'bo', dueAt })];
    expect(await mitigations.run(asked, house)).toEqual({
      reply: 'screen',
      screen: { screen: 'mitigations', mitigations: listed },
    });
    await house.mitigations.close(fix, { by: 'bo', at: '2026-01-05T10:00:00.000Z', reason: 'r' });
    expect(await mitigations.run(asked, house)).toMatchObject({
      reply: 'whisper',
      text: expect.stringContaining('no mitigation is open'),
    });
  });

  test('is taken over by whoever says so, and its card shows it', async () => {
    expect(await takeMitigation({ mitigation: fix, by: people.wei, delivery: 'd1' }, house)).toContain('yours now');
    expect(await takeMitigation({ mitigation: fix, by: people.wei, delivery: 'd2' }, house)).toContain('yours already');
    expect(house.jobs.notify.filter((key) => key.startsWith('mitigation/'))).toEqual([`mitigation/${fix}/d1`]);
    await jobHandlers(house).notify({ show: 'mitigation', mitigation: fix, revision: 'd1' }, aContext());
    expect(shownUnder(`mitigation/${fix}`).at(-1)).toMatchObject({ mitigations: [{ owner: 'wei' }] });
    expect(await events()).toEqual(['mitigation-opened cluster-triage', 'mitigation-taken wei']);
  });

  test('is closed once, with a reason, and then neither taken nor reminded of', async () => {
    const close = async (by: { id: string }) =>
      closeMitigation({ mitigation: fix, by, delivery: 'd', reason: 'Upgraded.' }, house);
    expect(await close(people.wei)).toContain('It is done');
    expect(await close(people.bo)).toBe('<@wei> closed this at 10:00:00 UTC: Upgraded.');
    expect(await takeMitigation({ mitigation: fix, by: people.bo, delivery: 'e' }, house)).toContain('<@wei> closed');
    await house.peoplesClock.sleep(days(8));
    await remindOfMitigations(house);
    expect(shownUnder(`mitigation/${fix}/due`)).toEqual([]);
    expect(await events()).toEqual(['mitigation-opened cluster-triage', 'mitigation-closed wei']);
  });

  test('is reminded of once, in its thread, when it is due', async () => {
    const remind = async () => jobHandlers(house).upkeep({ task: 'remind-of-mitigations' }, aContext());
    await remind();
    expect(shownUnder(`mitigation/${fix}/due`)).toEqual([]);
    await house.peoplesClock.sleep(days(7));
    await remind();
    await remind();
    expect(shownUnder(`mitigation/${fix}/due`)).toMatchObject([{ screen: 'mitigations', due: true }]);
  });

  test('does not hold up the reminders of others when its channel is gone', async () => {
    await house.mitigations.open({ ...(await house.mitigations.allOpen())[0]!, id: 'other' });
    await house.peoplesClock.sleep(days(7));
    const slips: unknown[] = [];
    const refusing = {
      ...house,
      onSlip: (error: unknown) => void slips.push(error),
      chat: {
        ...house.chat,
        show: async (showing: Parameters<typeof house.chat.show>[0]) => {
          if (showing.key === `mitigation/${fix}/due`) throw new ChatRefused('The channel is archived.', 'is_archived');
          return house.chat.show(showing);
        },
      },
    };
    await remindOfMitigations(refusing);
    expect(slips).toHaveLength(1);
    expect(shownUnder('mitigation/other/due')).toHaveLength(1);
  });
});

test('a fix in vain opens no mitigation', async () => {
  await fixed('kube-ovn/subnet-not-ready/hand-over-in-vain');
  expect(await house.mitigations.allOpen()).toEqual([]);
});

test('a policy says how soon a fix is to be made permanent, and 7 days unless it does', () => {
  expect(Policy.parse({}).mitigationsDueAfter).toBe('7d');
  expect(() => Policy.parse({ mitigationsDueAfter: 'soon' })).toThrow('written like 12h or 7d');
});
