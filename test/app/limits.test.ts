import { beforeEach, describe, expect, test } from '@jest/globals';
import { remediationFailed } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { TryLater } from '../../src/ports/queue.ts';
import { useRedis } from '../redis.ts';
import { type Stage, setStage } from './decisions.stage.ts';
import { aContext } from './house-of.ts';

const redis = useRedis();
let stage: Stage;

beforeEach(async () => {
  stage = await setStage(redis);
});

/** Another fix on the same cluster, which has made its changes and is still being proved. */
async function anotherFix(limits: object, proposal = 'another', objects: string[] = []): Promise<void> {
  stage.configure({ policy: { limits } });
  const house = stage.process();
  const record = await house.records.proposal(stage.proposal);
  if (record === undefined) throw new Error('there is no proposal');
  const other = { ...record, proposal: { ...record.proposal, id: proposal }, state: { is: 'offered' as const } };
  await house.records.createProposal(other);
  const decision = { proposal, digest: record.proposal.digest, is: 'approved', by: 'bo', at: now() } as const;
  await house.records.decide(proposal, decision);
  await house.records.advance(proposal, { is: 'applying', decision, says: 'Step 1 of 1.' });
  const ahead = { proposal, cluster: 'prod-sh', changes: 1, disrupts: true, objects, at: house.clock.now() };
  await house.limits.claim(ahead, house.policies['default']?.limits ?? { oneDisruptionAtATime: true });
}

const now = () => stage.house.peoplesClock.now().toISOString();
const work = async () => remediate(stage.proposal, stage.process(), aContext());

describe('a fix that disrupts while another one does', () => {
  beforeEach(async () => {
    await anotherFix({ oneDisruptionAtATime: true });
    await stage.decide('bo', 'approved');
  });

  test('waits, says so on its card, and is made once the other one is over', async () => {
    await expect(work()).rejects.toBeInstanceOf(TryLater);
    expect(stage.changes()).toBe(0);
    const says = 'Another fix that disrupts is under way on prod-sh, and the policy "default" allows one at a time.';
    expect(stage.house.card().state).toMatchObject({ is: 'applying', says: expect.stringContaining(says) });
    await remediationFailed('another', new Error('It was in vain.'), stage.process());
    await work();
    expect([stage.changes(), (await stage.state()).is]).toEqual([1, 'done']);
  });

  test('is made when the worker of the other one died after its end and before it said so', async () => {
    const house = stage.process();
    const other = await house.records.proposal('another');
    if (other?.state.is !== 'applying') throw new Error('the other fix is not under way');
    await house.records.advance('another', { is: 'void', decision: other.state.decision, because: ['It moved.'] });
    await work();
    expect(stage.changes()).toBe(1);
  });

  test('gives up when the other one does not end as long as the offer would have stood', async () => {
    stage.house.peoplesClock.advance(30 * 60_000);
    await work();
    expect(stage.changes()).toBe(0);
    expect(await stage.state()).toMatchObject({
      is: 'void',
      by: 'limits',
      because: [expect.stringContaining('It did not end within 30m of the approval.')],
    });
  });
});

test('a fix beyond the changes of an hour is not made, and its card says when there is room', async () => {
  await anotherFix({ changesPerHour: 1 });
  stage.house.peoplesClock.advance(20 * 60_000);
  await stage.decide('bo', 'approved');
  await work();
  expect(stage.changes()).toBe(0);
  expect(await stage.state()).toMatchObject({
    by: 'limits',
    because: [
      '1 change was made on prod-sh within the hour, and the policy "default" allows 1. There is room in 40 min.',
    ],
  });
});

test('an object that another fix has just changed is left alone for the cooldown', async () => {
  const { about } = (await stage.process().records.proposal(stage.proposal))?.proposal ?? {};
  await anotherFix({ cooldown: '10m' }, 'another', [`${about?.kind} ${about?.name}`]);
  await stage.decide('bo', 'approved');
  await work();
  expect(await stage.state()).toMatchObject({ because: [expect.stringContaining('leaves it alone for that long')] });
  expect(stage.changes()).toBe(0);
});

test('a fix does not stand in its own way when its worker dies and it is begun again', async () => {
  stage.configure({ policy: { limits: { changesPerHour: 1, oneDisruptionAtATime: true, cooldown: '1h' } } });
  await stage.decide('bo', 'approved');
  const house = stage.process();
  const append: typeof house.ledger.append = async (event) =>
    event.event === 'intended' ? Promise.reject(new Error('the worker died')) : house.ledger.append(event);
  const dying = { ...house, ledger: { ...house.ledger, append } };
  await expect(remediate(stage.proposal, dying, aContext())).rejects.toThrow('the worker died');
  await work();
  expect(stage.changes()).toBe(1);
});
