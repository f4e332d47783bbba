import { type Decided, decide, expireProposals } from '../../src/app/decide.ts';
import type { World } from '../../src/core/world.ts';
import { QueueUnavailable } from '../../src/ports/queue.ts';
import { exampleFreeze } from '../contracts/freezes.ts';
import { leader, type Stage } from './decisions.stage.ts';

/** One row: who decides what, what happens meanwhile, and the one way in which it ends. */
export type DecisionCase = {
  readonly name: string;
  /** What is different before anybody decides. */
  readonly before?: (stage: Stage) => Promise<void> | void;
  /** What people do, in one or two processes; each gets an answer. */
  readonly people: (stage: Stage) => Promise<Decided[]>;
  /** How many of them were taken, and a part of each answer, in any order. */
  readonly taken: number;
  readonly says: readonly string[];
  /** What happens between the decision and the worker. */
  readonly meanwhile?: (stage: Stage) => Promise<void> | void;
  /** The one outcome, how many changes the cluster took, and what the card says about why not. */
  readonly ends: 'offered' | 'denied' | 'expired' | 'resolved' | 'nothing-done' | 'void';
  readonly changes: 0 | 1;
  readonly because?: string;
};

const two = { approvals: 2 };
/** Monday 10:00 UTC is 18:00 there: closed since an hour. */
const officeHours = { windows: [{ days: ['Mon', 'Tue'], from: '09:00', to: '17:00', timeZone: 'Asia/Shanghai' }] };
const glass = { breakGlass: { people: ['wei'] } };
const otherPods = (world: World): World => ({
  ...world,
  objects: world.objects.map((object) =>
    object.kind === 'Pod'
      ? { ...object, metadata: { ...object.metadata, uid: `other-${object.metadata.name}` } }
      : object,
  ),
});
const withoutLeader = (world: World): World => ({
  ...world,
  objects: world.objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.name !== leader),
});
const freezeNow = async ({ house }: Stage) => void (await house.freezes.set(exampleFreeze()));
const once = async (answer: Promise<Decided>) => [await answer];

export const decisionCases: readonly DecisionCase[] = [
  {
    name: 'an approver',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved: Delete the leading kube-ovn controller pod'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'a member of an approving group',
    people: async (stage) => once(stage.decide('wei', 'approved')),
    taken: 1,
    says: ['It starts now'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'the requester, although an approver',
    people: async (stage) => once(stage.decide('ana', 'approved')),
    taken: 0,
    says: ['in production the policy "default" wants a second person to approve'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'an outsider',
    people: async (stage) => once(stage.decide('eve', 'approved')),
    taken: 0,
    says: ['The policy "default" does not list you as an approver'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'an approver whose account is deactivated',
    before: ({ house }) => void house.chat.standings.set('bo', 'deactivated'),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['Your account is deactivated'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'somebody of another workspace who has the id of an approver',
    before: ({ house }) => void house.chat.standings.set('bo', 'stranger'),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['is not one of this workspace'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'an operator, where roles are configured',
    before: (stage) => stage.configure({ roles: [grant('operator', ['bo']), grant('approver', ['wei'])] }),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['In production you are an operator, and approving a fix takes the role approver'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'an old card whose fix is not kept any more',
    people: async (stage) => once(decide({ proposal: 'long-ago', by: { id: 'bo' }, is: 'approved' }, stage.process())),
    taken: 0,
    says: ['not known here any more. Run the playbook again'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a second click',
    people: async (stage) => [await stage.decide('bo', 'approved'), await stage.decide('bo', 'approved')],
    taken: 1,
    says: ['You approved', '<@bo> approved this fix at'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'two people at once from two processes',
    people: async (stage) => Promise.all([stage.decide('bo', 'approved'), stage.decide('wei', 'approved')]),
    taken: 1,
    says: ['You approved', 'approved this fix at'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'an expired offer',
    before: async (stage) => {
      stage.house.peoplesClock.advance(31 * 60_000);
      await expireProposals(stage.process());
    },
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['This offer has expired'],
    ends: 'expired',
    changes: 0,
  },
  {
    name: 'a denial by the requester',
    people: async (stage) => [await stage.decide('ana', 'denied'), await stage.decide('bo', 'approved')],
    taken: 1,
    says: ['You turned this fix down', '<@ana> denied this fix'],
    ends: 'denied',
    changes: 0,
  },
  {
    name: 'a target that moved after the approval',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.become(otherPods),
    ends: 'void',
    changes: 0,
    because: 'uid or resourceVersion differs',
  },
  {
    name: 'a target that is gone after the approval',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.become(withoutLeader),
    ends: 'void',
    changes: 0,
    because: '',
  },
  {
    name: 'a policy that excludes the approver by the time the fix is applied',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.configure({ policy: { approvers: ['ana'] } }),
    ends: 'void',
    changes: 0,
    because: 'does not list <@bo> as an approver',
  },
  {
    name: 'a policy that wants more approvals by the time the fix is applied',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.configure({ policy: two }),
    ends: 'void',
    changes: 0,
    because: 'wants 2 different people to approve, and 1 has',
  },
  {
    name: 'a policy that wants more approvals before anybody decides',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['1 of 2. Another person has to approve'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a cluster that is only observed by the time the fix is applied',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.configure({ mode: 'observe' }),
    ends: 'void',
    changes: 0,
    because: 'registered to be observed only',
  },
  {
    name: 'an approver whose account is closed before the fix is applied',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: ({ house }) => void house.chat.standings.set('bo', 'deactivated'),
    ends: 'void',
    changes: 0,
    because: 'The account of <@bo> is deactivated',
  },
  {
    name: 'a bot that ends between the decision and its job, and is started again',
    people: async (stage) => {
      const house = stage.process();
      const add = async () => Promise.reject(new QueueUnavailable('away'));
      return once(stage.decide('bo', 'approved', { in: { ...house, queue: { ...house.queue, add } } }));
    },
    taken: 1,
    says: ['goes on by itself'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'two people where two approvals are wanted, with a restart between them',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => [await stage.decide('bo', 'approved'), await stage.decide('wei', 'approved')],
    taken: 2,
    says: ['1 of 2', 'You approved'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'a policy that wants fewer approvals after the first of two: nothing starts by itself',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['1 of 2'],
    meanwhile: (stage) => stage.configure({}),
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'two people at once from two processes where two approvals are wanted',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => Promise.all([stage.decide('bo', 'approved'), stage.decide('wei', 'approved')]),
    taken: 2,
    says: ['1 of 2', 'You approved'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'one person twice where two approvals are wanted',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => Promise.all([stage.decide('bo', 'approved'), stage.decide('bo', 'approved')]),
    taken: 1,
    says: ['1 of 2', 'one person counts once'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a denial after the first of two approvals',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => [
      await stage.decide('bo', 'approved'),
      await stage.decide('ana', 'denied'),
      await stage.decide('wei', 'approved'),
    ],
    taken: 2,
    says: ['1 of 2', 'You turned this fix down', '<@ana> denied this fix'],
    ends: 'denied',
    changes: 0,
  },
  {
    name: 'two approvals of whom one was taken off the list before the fix is applied',
    before: (stage) => stage.configure({ policy: two }),
    people: async (stage) => [await stage.decide('bo', 'approved'), await stage.decide('wei', 'approved')],
    taken: 2,
    says: ['1 of 2', 'You approved'],
    meanwhile: (stage) => stage.configure({ policy: { ...two, approvers: ['ana'] } }),
    ends: 'void',
    changes: 0,
    because: 'does not list <@bo> as an approver',
  },
  {
    name: 'a frozen cluster, when somebody approves',
    before: freezeNow,
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['froze the environment production until 12:00:00 UTC'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a frozen cluster, when somebody turns the fix down',
    before: freezeNow,
    people: async (stage) => once(stage.decide('bo', 'denied')),
    taken: 1,
    says: ['You turned this fix down'],
    ends: 'denied',
    changes: 0,
  },
  {
    name: 'a freeze that no broken glass lifts',
    before: async (stage) => {
      stage.configure({ policy: { ...two, ...glass } });
      await freezeNow(stage);
    },
    people: async (stage) => once(stage.decide('wei', 'approved', { breakGlass: 'Payments are down.' })),
    taken: 0,
    says: ['froze the environment production until 12:00:00 UTC'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a freeze that is set between the approval and the worker',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: freezeNow,
    ends: 'nothing-done',
    changes: 0,
  },
  {
    name: 'an approver outside the window',
    before: (stage) => stage.configure({ policy: officeHours }),
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 0,
    says: ['Mon, Tue 09:00–17:00 (Asia/Shanghai), and not now. The next window opens at 2026-01-06 09:00'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'a window that closes between the approval and the worker',
    people: async (stage) => once(stage.decide('bo', 'approved')),
    taken: 1,
    says: ['You approved'],
    meanwhile: (stage) => stage.configure({ policy: officeHours }),
    ends: 'void',
    changes: 0,
    because: 'allows fixes to be applied Mon, Tue 09:00–17:00 (Asia/Shanghai), and not now',
  },
  {
    name: 'somebody who may break the glass outside the window and alone where two are wanted',
    before: (stage) => stage.configure({ policy: { ...officeHours, ...two, ...glass } }),
    people: async (stage) => [
      await stage.decide('wei', 'approved'),
      await stage.decide('wei', 'approved', { breakGlass: 'Payments are down.' }),
    ],
    taken: 1,
    says: ['You may break the glass with a written reason', 'You broke the glass. You approved'],
    ends: 'resolved',
    changes: 1,
  },
  {
    name: 'an approver who may not break the glass',
    before: (stage) => stage.configure({ policy: { ...officeHours, ...glass } }),
    people: async (stage) => once(stage.decide('bo', 'approved', { breakGlass: 'I am in a hurry.' })),
    taken: 0,
    says: ['The policy "default" lets <@wei> break the glass, and not you'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'glass where nothing is to be overridden',
    before: (stage) => stage.configure({ policy: glass }),
    people: async (stage) => once(stage.decide('wei', 'approved', { breakGlass: 'Just in case.' })),
    taken: 0,
    says: ['there is no glass to break'],
    ends: 'offered',
    changes: 0,
  },
  {
    name: 'somebody who may no longer break the glass when the fix is applied',
    before: (stage) => stage.configure({ policy: { ...two, ...glass } }),
    people: async (stage) => once(stage.decide('wei', 'approved', { breakGlass: 'Payments are down.' })),
    taken: 1,
    says: ['You broke the glass'],
    meanwhile: (stage) => stage.configure({ policy: two }),
    ends: 'void',
    changes: 0,
    because: 'lets nobody break the glass',
  },
];

function grant(role: 'operator' | 'approver', people: string[]) {
  return { role, people, groups: [], everybody: false };
}
