import { describe, expect, test } from '@jest/globals';
import { takeAlerts, wrongRoutes } from '../../src/app/alerts.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { triage } from '../../src/app/triage.ts';
import { catalogue } from '../../src/catalogue.ts';
import type { AlertEvent } from '../../src/core/alert.ts';
import { AlertSettings } from '../../src/core/alert-route.ts';
import type { JobOf } from '../../src/core/job.ts';
import { aContext, houseOf, type TestHouse } from './house-of.ts';

const settings = AlertSettings.parse({
  routes: [
    { match: { alertname: '/KubeOvn.*/' }, playbook: 'subnet', target: { subnet: '{subnet}' }, channel: 'C1' },
    { match: { alertname: 'Kong5xx' }, playbook: 'ingress', cluster: 'elsewhere', channel: 'C1' },
  ],
  limits: { threadsPerHour: 3, runsPerHour: 2, againAfter: '15m' },
});

function event(fields: Partial<AlertEvent> = {}): AlertEvent {
  return {
    fingerprint: 'f1',
    status: 'firing',
    startsAt: '2026-01-05T10:00:00.000Z',
    labels: { alertname: 'KubeOvnSubnetNotReady', cluster: 'prod-sh', subnet: 'ovn-default' },
    says: 'The subnet is not ready.',
    ...fields,
  };
}

type Hooked = { house: TestHouse; jobs: Map<string, unknown>; send(...events: AlertEvent[]): Promise<unknown> };

/** A house whose notifications are worked off at once, and whose runs are kept. */
function hooked(): Hooked {
  const house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const jobs = new Map<string, unknown>();
  const stored = house.queue;
  const queue: TestHouse['queue'] = {
    ...house.queue,
    add: async (name, key, payload) => {
      const answer = await stored.add(name, key, payload);
      if (answer === 'added') {
        jobs.set(key, payload);
        if (name === 'notify') await jobHandlers(open).notify(payload as JobOf<'notify'>, aContext());
      }
      return answer;
    },
  };
  const open: TestHouse = { ...house, queue };
  return { house: open, jobs, send: async (...events) => takeAlerts(events, settings, open) };
}

const shownUnder = ({ house }: Hooked, key: string) => house.chat.shown.get(key);
const runsOf = ({ jobs }: Hooked) => [...jobs.keys()].filter((key) => key.startsWith('run/'));

describe('an alert', () => {
  test('gets a thread, and the run of its route in that thread', async () => {
    const all = hooked();
    expect(await all.send(event())).toEqual({ taken: 1, ignored: [] });
    expect(shownUnder(all, 'alert/f1')?.at(-1)).toMatchObject({ screen: 'alert', firing: true, times: 1 });
    const [key = ''] = runsOf(all);
    const job = all.jobs.get(key) as JobOf<'triage'>;
    expect(job).toMatchObject({
      playbook: 'subnet',
      cluster: 'prod-sh',
      target: { subnet: 'ovn-default' },
      place: { channel: 'C1', thread: 'ts-alert/f1' },
      requestedBy: { id: 'alertmanager' },
    });
    await triage(job, all.house, aContext());
    expect(all.house.root(job.run).report?.findings.length).toBeGreaterThan(0);
  });

  test('that is told again, or told twice at once, changes nothing', async () => {
    const all = hooked();
    await Promise.all([all.send(event()), all.send(event())]);
    await all.send(event());
    expect(shownUnder(all, 'alert/f1')).toHaveLength(1);
    expect(runsOf(all)).toHaveLength(1);
  });

  test('that recovers and fires again stays in its thread, and says so there', async () => {
    const all = hooked();
    await all.send(event());
    await all.send(event({ status: 'resolved', endsAt: '2026-01-05T10:12:00.000Z' }));
    expect(shownUnder(all, 'alert/f1')?.at(-1)).toMatchObject({ firing: false, until: '2026-01-05T10:12:00.000Z' });
    expect(shownUnder(all, 'alert/f1/recovered/2026-01-05T10:00:00.000Z')?.[0]).toMatchObject({
      text: 'The alert has recovered after 12 min.',
    });
    await all.send(event({ startsAt: '2026-01-05T11:00:00.000Z' }));
    expect(shownUnder(all, 'alert/f1/again/2026-01-05T11:00:00.000Z')?.[0]).toMatchObject({
      text: 'The alert fires again, 48 min after it had recovered. It has fired 2 times.',
    });
    expect(shownUnder(all, 'alert/f1')?.at(-1)).toMatchObject({ firing: true, times: 2 });
  });

  test('whose recovery comes before its firing is shown as recovered and not looked into twice', async () => {
    const all = hooked();
    await all.send(event({ status: 'resolved', endsAt: '2026-01-05T10:12:00.000Z' }));
    expect(all.house.chat.shown.size).toBe(0);
    await all.send(event());
    expect(runsOf(all)).toHaveLength(1);
  });

  test('that fires again soon after it was looked into is not looked into again, and says why', async () => {
    const all = hooked();
    await all.send(event());
    await all.send(event({ startsAt: '2026-01-05T10:10:00.000Z' }));
    expect(runsOf(all)).toHaveLength(1);
    expect(shownUnder(all, 'alert/f1/not-run/2026-01-05T10:10:00.000Z')?.[0]).toMatchObject({
      text: expect.stringContaining('it was looked into less than 15m before'),
    });
  });

  test('of which too many come keeps its thread, and after that its name in one message', async () => {
    const all = hooked();
    for (const index of [1, 2, 3, 4, 5]) {
      const labels = { ...event().labels, subnet: `subnet-${index}` };
      await all.send(event({ fingerprint: `f${index}`, labels }));
    }
    expect(runsOf(all)).toHaveLength(2);
    expect(shownUnder(all, 'alert/f3/not-run/2026-01-05T10:00:00.000Z')?.[0]).toMatchObject({
      text: expect.stringContaining('alerts have started 2 runs within the last hour'),
    });
    expect(shownUnder(all, 'alert/f4')).toBeUndefined();
    const overflow = [...all.house.chat.shown].filter(([key]) => key.startsWith('alerts/C1/'));
    expect(overflow).toHaveLength(1);
    expect(overflow[0]?.[1].at(-1)).toMatchObject({
      text: expect.stringContaining('KubeOvnSubnetNotReady on prod-sh'),
    });
  });

  test('that no route or no cluster takes is ignored aloud', async () => {
    const all = hooked();
    const answer = await all.send(
      event({ fingerprint: 'a', labels: { alertname: 'DiskFull' } }),
      event({ fingerprint: 'b', labels: { alertname: 'KubeOvnX', cluster: 'nowhere' } }),
      event({ fingerprint: 'c', labels: { alertname: 'KubeOvnX' } }),
    );
    expect(answer).toEqual({
      taken: 0,
      ignored: [
        { fingerprint: 'a', because: 'No route of the configuration matches its labels.' },
        { fingerprint: 'b', because: 'There is no registered cluster "nowhere".' },
        { fingerprint: 'c', because: 'It does not have the labels of "{cluster}", which names its cluster.' },
      ],
    });
  });
});

test('routes that lead to nothing are named before any alert comes', () => {
  const wrong = AlertSettings.parse({
    routes: [
      { match: {}, playbook: 'subnets', channel: 'C1' },
      { match: {}, playbook: 'certificates', target: { host: '{host}' }, cluster: 'elsewhere', channel: 'C1' },
    ],
  });
  expect(wrongRoutes(wrong, catalogue, ['prod-sh'])).toEqual([
    { path: ['alerts', 'routes', 0, 'playbook'], message: 'there is no playbook subnets' },
    { path: ['alerts', 'routes', 1, 'target'], message: 'the playbook certificates does not take host=' },
    { path: ['alerts', 'routes', 1, 'cluster'], message: 'there is no cluster elsewhere' },
  ]);
});
