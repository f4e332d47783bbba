import { beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { cancelRun } from '../../src/app/cancel-run.ts';
import { decide } from '../../src/app/decide.ts';
import { requestFleet } from '../../src/app/request-fleet.ts';
import { requestRun } from '../../src/app/request-run.ts';
import { triage } from '../../src/app/triage.ts';
import { NotPermitted } from '../../src/core/errors.ts';
import { Policy } from '../../src/core/policy.ts';
import { RoleGrant, roleIn } from '../../src/core/role.ts';
import type { Reply } from '../../src/ports/chat.ts';
import { ChatRefused } from '../../src/ports/chat.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const faulty = 'kube-ovn/subnet-not-ready/leader-change';
const roles = [
  RoleGrant.parse({ role: 'operator', people: ['ana'] }),
  RoleGrant.parse({ role: 'approver', groups: ['S1'], environments: ['production'] }),
  RoleGrant.parse({ role: 'operator', everybody: true, environments: ['staging'] }),
];
let house: TestHouse;

beforeEach(() => {
  const made = houseOf(faulty);
  const [production] = made.registrations;
  if (production === undefined) throw new Error('there is no cluster');
  const staging = { ...production, name: 'stage-sh', environment: 'staging' };
  house = { ...made, roles, registrations: [production, staging] };
});

const typed = async (person: string, text: string): Promise<Reply> =>
  chatHandlers(house).command({ delivery: 'd1', by: { id: person }, channel: 'C1', command: 'triage', text });
const told = (reply: Reply): string => (reply.reply === 'whisper' ? reply.text : reply.reply);
const clustersIn = (reply: Reply): string[] =>
  reply.reply === 'form'
    ? reply.form.fields.flatMap((field) => (field.kind === 'choice' ? field.options.map(({ value }) => value) : []))
    : [];

describe('a role', () => {
  test('is the best one that was given for the environment, and viewer when none was', () => {
    expect(roleIn(roles, 'production', 'wei', ['S1'])).toBe('approver');
    expect(roleIn(roles, 'staging', 'wei', ['S1'])).toBe('operator');
    expect(roleIn(roles, 'production', 'eve', [])).toBe('viewer');
  });

  test('that is given to nobody, or of an unknown name, is refused', () => {
    expect(RoleGrant.safeParse({ role: 'operator' }).success).toBe(false);
    expect(RoleGrant.safeParse({ role: 'owner', everybody: true }).success).toBe(false);
  });
});

describe('a viewer', () => {
  const asked = { delivery: 'd', playbook: 'subnet', cluster: 'prod-sh', target: {}, place: { channel: 'C1' } };

  test('may not start a run, whichever way it is asked for, and is told which role it takes', async () => {
    const says = 'In production you are a viewer, and starting a run takes the role operator.';
    await expect(requestRun({ ...asked, by: people.eve }, house)).rejects.toThrow(says);
    await expect(requestRun({ ...asked, by: people.eve }, house)).rejects.toBeInstanceOf(NotPermitted);
    expect(told(await typed('eve', 'subnet prod-sh'))).toContain(says);
    expect(house.jobs.triage).toEqual([]);
    await requestRun({ ...asked, by: people.ana }, house);
    expect(house.jobs.triage).toHaveLength(1);
  });

  test('may not start a run on many clusters when one of them takes a role that they do not have', async () => {
    const many = { delivery: 'd', playbook: 'subnet', selection: { labels: {} }, target: {}, place: { channel: 'C1' } };
    await expect(requestFleet({ ...many, by: people.eve }, house)).rejects.toThrow(
      'starting a run takes the role operator',
    );
    expect(house.jobs.survey).toEqual([]);
    await requestFleet({ ...many, by: people.ana }, house);
    expect(house.jobs.survey).toHaveLength(1);
  });

  test('may not cancel a run, nor turn down a fix that somebody else asked for', async () => {
    await triage(aJob, house, aContext());
    const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
    const denied = await decide({ proposal, by: people.eve, is: 'denied', reason: 'No.' }, house);
    expect(denied.says).toContain('turning a fix down takes the role operator');
    await house.records.updateRun('r1', { state: 'running' });
    expect(await cancelRun('r1', people.eve, house)).toContain('cancelling a run takes the role operator');
    expect((await house.records.run('r1'))?.state).toBe('running');
  });

  test('is offered only the environments in which they may start a run', async () => {
    const help = told(await typed('eve', 'help'));
    expect(help).toContain('*Clusters*: stage-sh (staging)\n');
    expect(help).toContain('*You*: You are an operator in staging and a viewer in production.');
    expect(clustersIn(await typed('eve', ''))).toEqual(expect.arrayContaining(['stage-sh']));
    expect(clustersIn(await typed('eve', ''))).not.toContain('prod-sh');
    expect(clustersIn(await typed('ana', ''))).toContain('prod-sh');
  });

  test('of everything is told so instead of getting a dialog', async () => {
    house = { ...house, roles: roles.slice(0, 2) };
    for (const text of ['', 'help']) {
      expect(told(await typed('eve', text))).toBe(
        'You can read every result in its thread. You are a viewer in production, staging. Starting a run takes the role operator.',
      );
    }
  });
});

describe('an operator', () => {
  test('turns fixes down and approves none; an approver of a policy that names nobody approves by the role', async () => {
    house = { ...house, policies: { default: Policy.parse({}) } };
    await triage({ ...aJob, requestedBy: people.eve }, house, aContext());
    const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
    const by = async (id: string) => decide({ proposal, by: { id }, is: 'approved' }, house);
    expect((await by('ana')).says).toContain('you are an operator, and approving a fix takes the role approver');
    expect(house.card().whoMay).toBe(
      'Somebody with the role approver in production may approve, but not the person who asked.',
    );
    expect((await by('wei')).taken).toBe(true);
  });
});

describe('without roles in the configuration', () => {
  test('everybody starts runs, and the policy alone says who approves', async () => {
    house = { ...house, roles: undefined };
    expect(told(await typed('eve', 'subnet prod-sh'))).toContain('is queued');
    expect(told(await typed('eve', 'help'))).not.toContain('*You*');
  });
});

test('nothing is started or decided when the chat cannot say who somebody is, and the person is told', async () => {
  const refused = new ChatRefused('Slack refused to read the members of a user group: missing_scope.', 'missing_scope');
  house = { ...house, chat: { ...house.chat, membersOf: async () => Promise.reject(refused) } };
  expect(told(await typed('ana', 'subnet prod-sh'))).toContain('could not be looked up, so nothing was started');
  expect(house.jobs.triage).toEqual([]);
});
