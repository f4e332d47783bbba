import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { createStandings } from '../../src/app/feedback.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { normalisedQuestion } from '../../src/core/miss.ts';
import { createMemoryFeedback } from '../memory/feedback.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const links = [
  { id: 'kube-ovn/leader', title: 'The leader', url: 'https://wiki.example/leader', score: 1 },
  { id: 'kube-ovn/leader.zh', title: '主节点', url: 'https://wiki.example/leader.zh', score: 1 },
];
let house: TestHouse;
const linked = (found: typeof links): void => {
  const world = houseOf('kube-ovn/subnet-not-ready/leader-change');
  house = { ...world, knowledge: { ...world.knowledge, linksFor: () => found } };
};

describe('a proved fix', () => {
  beforeEach(async () => {
    linked(links);
    await triage(aJob, house, aContext());
  });

  test('counts once for the articles of its finding, however often its job comes', async () => {
    const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
    await decide({ proposal, by: people.bo, is: 'approved' }, house);
    await remediate(proposal, house, aContext());
    await remediate(proposal, house, aContext());
    expect([...(await house.feedback.standings())]).toEqual([
      ['kube-ovn/leader', { helped: 0, notHelpful: 0, verifiedFixes: 1 }],
    ]);
  });

  test('that was turned down counts nothing', async () => {
    const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
    await decide({ proposal, by: people.bo, is: 'denied', reason: 'Not now.' }, house);
    await remediate(proposal, house, aContext());
    expect([...(await house.feedback.standings())]).toEqual([]);
  });
});

test('a finding without an article is remembered by its code, once a run', async () => {
  linked([]);
  await triage(aJob, house, aContext());
  await triage(aJob, house, aContext());
  const codes = (await house.records.run('r1'))?.report?.findings.map(({ code }) => code) ?? [];
  const misses = await house.feedback.misses(house.clock.now());
  expect(misses.map(({ what }) => what).sort()).toEqual([...new Set(codes)].sort());
  expect(new Set(misses.map(({ kind, count }) => `${kind} ${count}`))).toEqual(new Set(['finding 1']));
});

test('what is known of an article holds for its translation, as of the last refresh', async () => {
  const feedback = createMemoryFeedback();
  const standings = createStandings(feedback);
  await feedback.countFix('p1', ['net/mtu']);
  expect(standings.of('net/mtu.zh').verifiedFixes).toBe(0);
  await standings.refresh();
  expect(standings.of('net/mtu.zh').verifiedFixes).toBe(1);
});

test.each([
  ['  Why is 10.3.0.1 away??  ', 'why is <address> away'],
  ['pod cart-7d9f8c6b5-x2k4p restarts', 'pod cart-<pod> restarts'],
  ['login with token=abc123def456 fails', 'login with token=[redacted] fails'],
  ['子网　没有就绪？', '子网 没有就绪'],
  ['uid 3f2c1a90-1b2c-4d5e-8f90-a1b2c3d4e5f6', 'uid <uid>'],
])('the question %j is remembered as %j', (text, remembered) => {
  expect(normalisedQuestion(text)).toBe(remembered);
});
