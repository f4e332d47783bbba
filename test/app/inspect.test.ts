import { describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { type ClusterOptions, openWorld } from '../../src/adapters/simulated/open-world.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { answerInspection } from '../../src/app/answer-inspection.ts';
import { inspectClusters } from '../../src/app/inspect.ts';
import { catalogue } from '../../src/catalogue.ts';
import { type ClusterReport, standingOf } from '../../src/core/cluster-report.ts';
import { CannotRead, WrongUsage } from '../../src/core/errors.ts';
import type { InspectJob } from '../../src/core/job.ts';
import { Registration } from '../../src/core/registration.ts';
import type { World } from '../../src/core/world.ts';
import { loadWorld } from '../checks/worlds.ts';
import { aContext, houseOf, people } from './house-of.ts';

const faulty = 'kube-ovn/subnet-not-ready/leader-change';

async function inspect(
  opened: Record<string, (ClusterOptions & Partial<World>) | WrongUsage>,
  mode: 'observe' | 'remediate' = 'observe',
): Promise<ClusterReport[]> {
  const registrations = Object.keys(opened).map((name) =>
    Registration.parse({ name, mode, connect: { inCluster: true } }),
  );
  return inspectClusters(registrations, {
    catalogue,
    clock: systemClock,
    clusters: {
      open: async (name, options) => {
        const how = opened[name];
        if (how instanceof WrongUsage) throw how;
        return openWorld({ ...loadWorld(faulty), ...how }, { ...how, ...options });
      },
    },
  });
}

const openWorldOf = (how: ClusterOptions) => (options?: ClusterOptions) =>
  openWorld(loadWorld(faulty), { ...how, ...options });

describe('an inspected cluster', () => {
  test('is complete when everything that its playbooks declare may be done', async () => {
    const [report] = await inspect({ 'prod-sh': {} }, 'remediate');
    expect(report).toMatchObject({
      reached: { is: 'yes' },
      missing: [],
      platform: { kubeOvn: { namespace: 'kube-system' } },
    });
    expect(report && standingOf(report)).toBe('complete');
    expect(report?.playbooks.map(({ playbook }) => playbook)).toEqual(catalogue.playbooks.map(({ id }) => id));
  });

  test('names exactly the rules that are missing, and the playbooks that need them', async () => {
    const [report] = await inspect({ 'prod-sh': { denied: [{ verb: 'list', resource: 'subnets.kubeovn.io' }] } });
    expect(report?.missing).toEqual([
      { namespace: undefined, apiGroups: ['kubeovn.io'], resources: ['subnets'], verbs: ['list'] },
    ]);
    const of = (id: string) => report?.playbooks.find(({ playbook }) => playbook === id);
    expect(of('subnet')).toMatchObject({ is: 'missing', missing: report?.missing });
    expect(of('certificates')).toMatchObject({ is: 'complete', missing: [] });
  });

  test('is asked about changes only where changes may be made', async () => {
    const denied = [{ verb: 'delete' as const, resource: '*' }];
    const [observed] = await inspect({ 'prod-sh': { denied } }, 'observe');
    const [remediated] = await inspect({ 'prod-sh': { denied } }, 'remediate');
    expect(observed?.missing).toEqual([]);
    expect(remediated?.missing.flatMap(({ verbs }) => verbs)).toContain('delete');
  });

  test('is asked nothing about products that do not run there', async () => {
    const [report] = await inspect({
      'prod-sh': { denied: [{ verb: '*', resource: 'kongplugins.configuration.konghq.com' }] },
    });
    expect(report && standingOf(report)).toBe('complete');
  });

  test('is unknown, never complete, when it does not answer; the others are not held up', async () => {
    const reports = await inspect({
      'prod-bj': { unreachable: true },
      'prod-sh': {},
      'prod-xa': new WrongUsage('The kubeconfig of cluster prod-xa cannot be read.', 'Correct the path.'),
    });
    expect(reports.map(standingOf)).toEqual(['unknown', 'complete', 'unknown']);
    expect(reports.map(({ reached }) => ('because' in reached ? reached.because : 'reached'))).toEqual([
      expect.stringContaining('connection refused'),
      'reached',
      'The kubeconfig of cluster prod-xa cannot be read. Correct the path.',
    ]);
  });

  test('is unknown when it takes longer than it may', async () => {
    const hanging = openWorldOf({ faults: [{ on: 'read', answer: 'silence', times: Infinity }] });
    const registrations = [Registration.parse({ name: 'prod-sh', connect: { inCluster: true } })];
    const [report] = await inspectClusters(registrations, {
      catalogue,
      clock: systemClock,
      clusters: { open: async (_name, options) => hanging(options) },
      withinMilliseconds: 50,
    });
    expect(report?.reached).toEqual({ is: 'unknown', because: 'it did not answer within 0.05 s' });
  });

  test('says unknown about what the API server did not answer', async () => {
    const world = openWorld(loadWorld(faulty));
    const registrations = [Registration.parse({ name: 'prod-sh', connect: { inCluster: true } })];
    const may = async () => Promise.reject(new CannotRead('ask', 'server-error', 'the server has too much to do'));
    const [report] = await inspectClusters(registrations, {
      catalogue,
      clock: systemClock,
      clusters: { open: async () => ({ ...world, may }) },
    });
    expect(report && standingOf(report)).toBe('unknown');
    expect(report?.playbooks.find(({ playbook }) => playbook === 'subnet')).toEqual({
      playbook: 'subnet',
      is: 'unknown',
      missing: [],
      because: ['The API server did not say: the server has too much to do.'],
    });
  });
});

describe('/clusters', () => {
  const asked = { delivery: 'd1', by: people.ana, channel: 'C1', command: 'clusters' };

  test('stores one job, and answers only the person who asked when it is done', async () => {
    const house = houseOf(faulty);
    const jobs: InspectJob[] = [];
    const queue = {
      ...house.queue,
      add: async (_queue: string, _key: string, job: unknown) => {
        jobs.push(job as InspectJob);
        return 'added' as const;
      },
    };
    const reply = await chatHandlers({ ...house, queue }).command({ ...asked, text: 'prod-sh' });
    expect(reply).toMatchObject({ reply: 'whisper', text: expect.stringContaining('only you see it') });
    for (const job of jobs) await answerInspection(job, house, aContext());
    expect(house.chat.told).toEqual([
      {
        person: 'ana',
        screen: { screen: 'clusters', isDetailed: true, reports: [expect.objectContaining({ name: 'prod-sh' })] },
      },
    ]);
    expect(house.chat.shown.size).toBe(0);
  });

  test.each([
    ['prod-hs', 'Did you mean prod-sh?'],
    ['prod-sh now', 'I understand one cluster'],
    ['help', 'whether it can be reached'],
  ])('answers "%s" at once', async (text, says) => {
    const house = houseOf(faulty);
    expect(await chatHandlers(house).command({ ...asked, text })).toMatchObject({
      text: expect.stringContaining(says),
    });
    expect(house.jobs.survey).toEqual([]);
  });
});
