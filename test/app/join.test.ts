import { expect, test } from '@jest/globals';
import { jobHandlers } from '../../src/app/jobs.ts';
import { type RunAsked, requestRun } from '../../src/app/request-run.ts';
import { endRun, triage } from '../../src/app/triage.ts';
import type { NoticeScreen } from '../../src/core/screen.ts';
import { QueueUnavailable } from '../../src/ports/queue.ts';
import type { UnderWay } from '../../src/ports/under-way.ts';
import { aContext, houseOf, people, type TestHouse } from './house-of.ts';

const world = 'kube-ovn/subnet-not-ready/leader-change';

function asks(delivery: string, fields: Partial<RunAsked> = {}): RunAsked {
  return {
    delivery,
    playbook: 'subnet',
    cluster: 'prod-sh',
    target: {},
    by: people.ana,
    place: { channel: 'C1' },
    ...fields,
  };
}

function notices(house: TestHouse): { key: string; screen: NoticeScreen }[] {
  return [...house.chat.shown].flatMap(([key, [screen]]) => (screen?.screen === 'notice' ? [{ key, screen }] : []));
}

test('the same question is joined while it is under way, and whoever joined is told of its end', async () => {
  const house = houseOf(world);
  const first = await requestRun(asks('d1'), house);
  const second = await requestRun(asks('d2', { by: people.wei }), house);
  expect(first.is).toBe('queued');
  expect(second).toEqual({ is: 'joined', job: first.job });
  expect(house.jobs.triage).toEqual([`run/${first.job.run}`]);
  await triage(first.job, house, aContext());
  expect(notices(house)).toEqual([
    {
      key: `run/${first.job.run}/joined/wei/C1/`,
      screen: expect.objectContaining({
        to: [people.wei],
        text: expect.stringMatching(/before you has ended: found: /),
      }),
    },
  ]);
});

test('somebody who asks in another channel is told there', async () => {
  const house = houseOf(world);
  const { job } = await requestRun(asks('d1'), house);
  await requestRun(asks('d2', { by: people.wei, place: { channel: 'C2' } }), house);
  await triage(job, house, aContext());
  expect(notices(house).map(({ key }) => key)).toEqual([`run/${job.run}/joined/wei/C2/`]);
});

test('another target, and the same question after the end, are runs of their own', async () => {
  const house = houseOf(world);
  const { job } = await requestRun(asks('d1'), house);
  expect((await requestRun(asks('d2', { target: { subnet: 'ovn-default' } }), house)).is).toBe('queued');
  await triage(job, house, aContext());
  const again = await requestRun(asks('d3'), house);
  expect(again.is).toBe('queued');
  expect(again.job.run).not.toBe(job.run);
});

test('asking twice in the same channel changes nothing and tells nobody twice', async () => {
  const house = houseOf(world);
  const { job } = await requestRun(asks('d1'), house);
  expect((await requestRun(asks('d2'), house)).is).toBe('joined');
  await triage(job, house, aContext());
  expect(notices(house)).toEqual([]);
});

test('a run whose job was never stored is stored by the next one who asks', async () => {
  const house = houseOf(world);
  const away = { ...house.queue, add: async () => Promise.reject(new QueueUnavailable('Redis is away.')) };
  await expect(requestRun(asks('d1'), { ...house, queue: away })).rejects.toThrow('Redis is away.');
  const next = await requestRun(asks('d2', { by: people.wei }), house);
  expect(next.is).toBe('joined');
  expect(house.jobs.triage).toEqual([`run/${next.job.run}`]);
});

test('who joined a run that is cancelled is told so', async () => {
  const house = houseOf(world);
  const { job } = await requestRun(asks('d1'), house);
  await house.records.createRun({ request: job, state: 'running', proposals: [] });
  await requestRun(asks('d2', { by: people.wei }), house);
  await endRun(job.run, 'cancelled', 'Ana cancelled it.', house);
  expect(notices(house)[0]?.screen.text).toContain('has ended: Ana cancelled it.');
});

test('who joins in the moment of the end is told by a job of its own', async () => {
  const house = houseOf(world);
  const { job } = await requestRun(asks('d1'), house);
  const { underWay } = house;
  const join: UnderWay['join'] = async (run, joiner) => {
    await triage(job, house, aContext());
    await underWay.join(run, joiner);
  };
  const late = { ...house, underWay: { ...underWay, join } };
  await requestRun(asks('d2', { by: people.wei }), late);
  expect(notices(house)).toEqual([]);
  expect(house.jobs.notify).toHaveLength(1);
  await jobHandlers(house).notify({ show: 'joiners', run: job.run, revision: 'x' }, aContext());
  expect(notices(house)).toHaveLength(1);
});
