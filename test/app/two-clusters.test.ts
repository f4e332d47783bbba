import { expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { Registration } from '../../src/core/registration.ts';
import { aContext, aJob, houseOf, people } from './house-of.ts';

const faulty = 'kube-ovn/subnet-not-ready/leader-change';

test('one bot serves several clusters, and an approval for one changes nothing on another with the same fault', async () => {
  const [own, other] = [houseOf(faulty), houseOf(faulty)];
  const connect = { inCluster: true } as const;
  const house = {
    ...own,
    registrations: [
      ...own.registrations,
      Registration.parse({ name: 'prod-bj', environment: 'production', mode: 'remediate', connect }),
    ],
    clusters: {
      ...own.clusters,
      open: async (...asked: Parameters<typeof own.clusters.open>) =>
        (asked[0] === 'prod-sh' ? own : other).clusters.open(...asked),
    },
  };
  await triage(aJob, house, aContext());
  await triage({ ...aJob, run: 'r2', cluster: 'prod-bj' }, house, aContext());
  const [here = ''] = (await house.records.run('r1'))?.proposals ?? [];
  const [there = ''] = (await house.records.run('r2'))?.proposals ?? [];
  expect(here).not.toBe(there);
  expect(await decide({ proposal: there, by: people.bo, is: 'approved' }, house)).toMatchObject({ taken: true });
  await remediate(there, house, aContext());
  expect([own.world.changes().length, other.world.changes().length]).toEqual([0, 1]);
  expect((await house.records.proposal(here))?.state).toEqual({ is: 'offered' });
});
