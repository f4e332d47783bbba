import { beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { openWorld } from '../../src/adapters/simulated/open-world.ts';
import { decide } from '../../src/app/decide.ts';
import { cancelFleet, fleet } from '../../src/app/fleet.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { requestFleet } from '../../src/app/request-fleet.ts';
import { triage } from '../../src/app/triage.ts';
import type { FleetJob, TriageJob } from '../../src/core/job.ts';
import { Registration } from '../../src/core/registration.ts';
import type { FleetScreen } from '../../src/core/screen.ts';
import { World } from '../../src/core/world.ts';
import { TryLater } from '../../src/ports/queue.ts';
import { aContext, houseOf, people, type TestHouse } from './house-of.ts';

const names = ['prod-bj', 'prod-gz', 'prod-hk', 'prod-sh', 'prod-sz', 'prod-xa'];
let house: TestHouse;
let queued: Map<string, TriageJob>;
let job: FleetJob;

/** Six clusters: `prod-sh` is faulty, `prod-xa` does not answer, the others are empty and well. */
beforeEach(async () => {
  const faulty = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const empty = World.parse({ now: '2026-01-05T10:00:00Z', title: 'An empty cluster' });
  queued = new Map();
  house = {
    ...faulty,
    registrations: names.map((name) =>
      Registration.parse({
        name,
        mode: 'remediate',
        labels: { team: name === 'prod-hk' ? 'edge' : 'net' },
        connect: { inCluster: true },
      }),
    ),
    clusters: {
      ...faulty.clusters,
      open: async (name, options) =>
        name === 'prod-sh'
          ? faulty.clusters.open(name, options)
          : openWorld({ ...empty, unreachable: name === 'prod-xa' }),
    },
    queue: {
      ...faulty.queue,
      add: async (queue, key, payload) => {
        if (queue === 'triage') queued.set(key, payload as TriageJob);
        return faulty.queue.add(queue, key, payload);
      },
    },
  };
  job = await requestFleet(
    {
      delivery: 'd1',
      playbook: 'subnet',
      selection: { labels: {} },
      target: {},
      by: people.ana,
      place: { channel: 'C1' },
    },
    house,
  );
});

/** One step of the fleet run, then all its runs that are queued. */
async function step(): Promise<boolean> {
  const ended = await fleet(job, house, aContext()).then(
    () => true,
    (error: unknown) => {
      if (error instanceof TryLater) return false;
      throw error;
    },
  );
  const runs = [...queued.values()];
  queued.clear();
  for (const run of runs) await triage(run, house, aContext());
  return ended;
}

async function toTheEnd(): Promise<void> {
  for (let steps = 0; !(await step()); steps += 1) if (steps > 10) throw new Error('The fleet run does not end.');
}

const table = () => house.chat.shown.get(`fleet/${job.fleet}`)?.at(-1) as FleetScreen;
const rows = () => table().rows.map(({ cluster, state, outcome }) => [cluster, outcome ?? state]);

describe('a fleet run', () => {
  test('ends in one table, the worst first, where a cluster that does not answer is unknown', async () => {
    await toTheEnd();
    expect(table()).toMatchObject({ state: 'finished', selected: 'every cluster' });
    expect(rows()).toEqual([
      ['prod-sh', 'found'],
      ['prod-xa', 'unknown'],
      ...['prod-bj', 'prod-gz', 'prod-hk', 'prod-sz'].map((name) => [name, 'clear']),
    ]);
    expect(table().rows[0]).toMatchObject({ severity: 'critical', code: 'kube-ovn/apiserver-timeouts' });
    expect(table().rows[1]?.says).toMatch(/could not look\. .*connection refused/);
    expect([...house.chat.shown.keys()].filter((key) => key.startsWith('fleet/'))).toHaveLength(1);
  });

  test('gives every cluster a thread of its own, with its cards, and opens it from its row', async () => {
    await toTheEnd();
    for (const { run, address } of table().rows) {
      expect(address).toBe(`https://chat.example/run/${run}`);
      expect(house.root(run)).toMatchObject({ state: 'finished' });
      // Once at its end, and once more with the links to its cards; progress is shown in the table alone.
      const offers = (await house.records.run(run))?.proposals.length ?? 0;
      expect(house.chat.shown.get(`run/${run}`)).toHaveLength(offers > 0 ? 2 : 1);
    }
    expect(house.card()).toMatchObject({ state: { is: 'offered' }, proposal: { cluster: 'prod-sh' } });
  });

  test('says in its table what came of a fix, after the table was done', async () => {
    await toTheEnd();
    expect(table().rows[0]?.fixed).toBeUndefined();
    const { id } = house.card().proposal;
    const decided = await decide({ proposal: id, by: people.bo, is: 'approved' }, house);
    expect(decided.taken).toBe(true);
    await jobHandlers(house).remediate({ proposal: id, by: people.bo, place: { channel: 'C1' } }, aContext());
    expect(table().rows.at(-1)).toMatchObject({ cluster: 'prod-sh', fixed: 'resolved' });
    expect(table().rows[0]).toMatchObject({ cluster: 'prod-xa', outcome: 'unknown' });
  });

  test('looks at four clusters at once, and says how far it is', async () => {
    await fleet(job, house, aContext()).catch(() => undefined);
    expect(queued.size).toBe(4);
    await fleet(job, house, aContext()).catch(() => undefined);
    expect(rows().map(([, state]) => state)).toEqual(['queued', 'queued', 'queued', 'queued', 'waiting', 'waiting']);
    expect(house.jobs.triage).toHaveLength(4);
  });

  test('goes on after a crash between a run and its job, and asks for nothing twice', async () => {
    const { queue } = house;
    let times = 0;
    const crashing: TestHouse = {
      ...house,
      queue: {
        ...house.queue,
        add: async (...given) => {
          times += 1;
          if (times === 2) throw new Error('The process died.');
          return queue.add(...given);
        },
      },
    };
    await expect(fleet(job, crashing, aContext())).rejects.toThrow('The process died.');
    await toTheEnd();
    expect(new Set(house.jobs.triage).size).toBe(names.length);
    expect(house.jobs.triage).toHaveLength(names.length);
    expect(table().state).toBe('finished');
  });

  test('is one for a command that is delivered twice', async () => {
    const asked = { delivery: 'd1', playbook: 'subnet', selection: { labels: {} }, target: {} };
    await requestFleet({ ...asked, by: people.ana, place: { channel: 'C1' } }, house);
    expect(house.jobs.survey).toHaveLength(1);
  });

  test('that is cancelled in the thread of its table shows what ended before, and starts nothing more', async () => {
    await step();
    const thread = `ts-fleet/${job.fleet}`;
    const mention = { delivery: 'd2', by: people.bo, channel: 'C1', thread, text: 'cancel' };
    expect(await chatHandlers(house).mention(mention)).toEqual({
      reply: 'whisper',
      text: expect.stringContaining('2 of 6 clusters were not looked at'),
    });
    expect(table()).toMatchObject({ state: 'cancelled', because: expect.stringContaining('<@bo> cancelled it') });
    expect(rows().filter(([, state]) => state === 'cancelled')).toHaveLength(2);
    expect(await step()).toBe(true);
    expect(house.jobs.triage).toHaveLength(4);
    expect(await cancelFleet(job.fleet, people.bo, house)).toContain('is over: it is cancelled');
  });

  test('says unknown of a cluster whose run failed', async () => {
    await fleet(job, house, aContext()).catch(() => undefined);
    const [first] = queued.values();
    await house.records.updateRun(first?.run ?? '', { state: 'failed', because: 'The worker died five times.' });
    await fleet(job, house, aContext()).catch(() => undefined);
    expect(table().rows[0]).toMatchObject({ outcome: 'unknown', says: 'The worker died five times.' });
  });
});

describe('the clusters that are meant', () => {
  const ask = async (text: string) =>
    chatHandlers(house).command({ delivery: text, by: people.ana, channel: 'C1', command: 'triage', text });

  test('are those with the environment and every label', async () => {
    expect(await ask('subnet --environment production --label team=net')).toEqual({
      reply: 'whisper',
      text: expect.stringMatching(/^subnet on 5 clusters is queued: every cluster of production with team=net\./),
    });
  });

  test('are named when there are none', async () => {
    expect(await ask('subnet --label team=nett')).toEqual({
      reply: 'whisper',
      text: 'No cluster is meant by "every cluster with team=nett". The environments are: production. The labels are: team=edge, team=net.',
    });
  });
});
