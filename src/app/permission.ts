import type { Decision } from '../core/approval.ts';
import {
  isListed,
  namesApprovers,
  type OverridableRule,
  type Policy,
  personRefusals,
  type Refusal,
  type Voice,
  windowRefusals,
} from '../core/policy.ts';
import type { ProposalRecord } from '../core/record.ts';
import type { Registration } from '../core/registration.ts';
import { type Act, Role, roleAllows, roleIn, sayRoleRefusal, withArticle } from '../core/role.ts';
import type { WindowUse } from '../core/window.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { policyFor } from './policy-for.ts';

type Asked = Pick<House, 'chat' | 'roles'>;

/** Which of these user groups somebody is a member of. */
async function groupsOf(person: string, groups: readonly string[], { chat }: Asked): Promise<string[]> {
  const named = [...new Set(groups)];
  const members = await Promise.all(named.map(async (group) => chat.membersOf(group)));
  return named.filter((_, index) => members[index]?.includes(person));
}

/** The role of a person in an environment, or undefined when no roles are configured. */
export async function roleOf(person: string, environment: string, house: Asked): Promise<Role | undefined> {
  if (house.roles === undefined) return undefined;
  const groups = await groupsOf(
    person,
    house.roles.flatMap((grant) => grant.groups),
    house,
  );
  return roleIn(house.roles, environment, person, groups);
}

/** Why the role of a person does not allow something in an environment. Without roles everybody is an operator. */
export async function roleRefusal(
  act: Act,
  person: string,
  environment: string,
  house: Asked,
): Promise<Refusal | undefined> {
  const role = await roleOf(person, environment, house);
  if (role === undefined || roleAllows(role, act)) return undefined;
  return { rule: 'role', says: sayRoleRefusal(role, act, environment) };
}

/** The clusters on which somebody may start a run: what dialogs and help offer to them. */
export async function clustersToRunOn(
  person: string,
  house: Asked & Pick<House, 'registrations'>,
): Promise<Registration[]> {
  const refusals = await Promise.all(
    house.registrations.map(async ({ environment }) => roleRefusal('run', person, environment, house)),
  );
  return house.registrations.filter((_, index) => refusals[index] === undefined);
}

/** `You are an operator in production and a viewer in staging.`; empty when no roles are configured. */
export async function sayRoles(person: string, house: Asked & Pick<House, 'registrations'>): Promise<string> {
  if (house.roles === undefined) return '';
  const environments = [...new Set(house.registrations.map(({ environment }) => environment))];
  const held = await Promise.all(
    environments.map(async (environment) => ({
      environment,
      role: (await roleOf(person, environment, house)) ?? 'viewer',
    })),
  );
  const said = Role.options.toReversed().flatMap((role) => {
    const where = held.filter((one) => one.role === role).map(({ environment }) => environment);
    return where.length === 0 ? [] : [`${withArticle(role)} in ${where.join(', ')}`];
  });
  return `You are ${said.join(' and ')}.`;
}

/** Why somebody can decide nothing at all: their account is closed, or is none of this workspace. */
export async function standingRefusal(
  person: string,
  house: Asked,
  voice: Voice = 'to-them',
): Promise<Refusal | undefined> {
  const standing = await house.chat.standingOf(person);
  if (standing === 'member') return undefined;
  const whose = voice === 'to-them' ? 'Your account' : `The account of <@${person}>`;
  const is = standing === 'deactivated' ? 'is deactivated' : 'is not one of this workspace';
  return { rule: 'person', says: `${whose} ${is}, so it cannot decide about fixes.` };
}

type Deciding = Pick<ProposalRecord, 'proposal' | 'escalatedAt'> & { readonly person: string; readonly voice?: Voice };

/** Every rule about the person that refuses their approval: account, role, the policy's list, the requester. */
async function refusalsOfPerson(deciding: Deciding, house: House): Promise<Refusal[]> {
  const { proposal, person, voice = 'to-them' } = deciding;
  const registration = registrationOf(house, proposal.cluster);
  const policy = policyFor(deciding, house);
  const { environment } = registration;
  const stranger = await standingRefusal(person, house, voice);
  if (stranger !== undefined) return [stranger];
  const role = await roleOf(person, environment, house);
  const groups = await groupsOf(person, policy.approverGroups, house);
  const about = { policyName: registration.policy, environment, requestedBy: proposal.requestedBy, person, groups };
  // A policy that names nobody leaves it to the roles.
  const byRoleAlone = role !== undefined && !namesApprovers(policy);
  const listed = personRefusals(policy, about, voice).filter(({ rule }) => rule !== 'approvers' || !byRoleAlone);
  if (role === undefined || roleAllows(role, 'approve')) return listed;
  const who = voice === 'to-them' ? 'you' : `<@${person}>`;
  return [{ rule: 'role', says: sayRoleRefusal(role, 'approve', environment, who) }, ...listed];
}

/**
 * Every rule that refuses a person's approval now, the gravest first.
 * @param uses the windows that have to be open: both to approve, that of fixes to apply
 */
export async function refusalsToApprove(
  deciding: Deciding,
  house: House,
  uses: readonly WindowUse[] = ['approvals', 'fixes'],
): Promise<Refusal[]> {
  const registration = registrationOf(house, deciding.proposal.cluster);
  const windows = windowRefusals(policyFor(deciding, house), registration.policy, house.clock.now(), uses);
  return [...(await refusalsOfPerson(deciding, house)), ...windows];
}

/** Why somebody may not turn a fix down. Whoever asked for the run may always. */
export async function refusalToDeny(deciding: Deciding, house: House): Promise<Refusal | undefined> {
  const { proposal, person } = deciding;
  const stranger = await standingRefusal(person, house);
  if (stranger !== undefined || person === proposal.requestedBy) return stranger;
  const { environment } = registrationOf(house, proposal.cluster);
  if (house.roles !== undefined) return roleRefusal('deny', person, environment, house);
  return (await refusalsOfPerson(deciding, house)).find(({ rule }) => rule === 'approvers');
}

/** Why somebody may not break the glass on a cluster, whatever there is to override. */
async function refusalToBreakGlass({ proposal, person, voice }: Deciding, house: House): Promise<Refusal | undefined> {
  const stranger = await standingRefusal(person, house, voice);
  if (stranger !== undefined) return stranger;
  const { policy: name, environment } = registrationOf(house, proposal.cluster);
  const { breakGlass } = policyOf(house, registrationOf(house, proposal.cluster));
  if (breakGlass === undefined) {
    return { rule: 'break-glass', says: `The policy "${name}" lets nobody break the glass.` };
  }
  const role = await roleOf(person, environment, house);
  const isAdmin = breakGlass.admins && role !== undefined && roleAllows(role, 'break-glass');
  const inGroup = (await groupsOf(person, breakGlass.groups, house)).length > 0;
  if (isAdmin || inGroup || breakGlass.people.includes(person)) return undefined;
  const named = [
    ...(breakGlass.admins && house.roles !== undefined ? [`whoever has the role admin in ${environment}`] : []),
    ...breakGlass.people.map((id) => `<@${id}>`),
    ...breakGlass.groups.map((id) => `a member of <!subteam^${id}>`),
  ];
  const may = named.length === 0 ? 'nobody' : named.join(' or ');
  const who = voice === 'about-them' ? `<@${person}>` : 'you';
  return { rule: 'break-glass', says: `The policy "${name}" lets ${may} break the glass, and not ${who}.` };
}

/** The rules that could be overridden and refuse now, when these people's approvals are all there is. */
async function overridableRefusals(
  deciding: Deciding,
  given: readonly string[],
  house: House,
  uses?: readonly WindowUse[],
): Promise<(Refusal & { rule: OverridableRule })[]> {
  const registration = registrationOf(house, deciding.proposal.cluster);
  const policy = policyOf(house, registration);
  const people = new Set([...given, deciding.person]).size;
  const tooFew: Refusal[] =
    people >= policy.approvals ? [] : [{ rule: 'approvals', says: sayTooFew(registration.policy, policy, people) }];
  const all = [...(await refusalsToApprove(deciding, house, uses)), ...tooFew];
  return all.flatMap(({ rule, says }) =>
    rule === 'requester' || rule === 'window' || rule === 'approvals' ? [{ rule, says }] : [],
  );
}

function sayTooFew(name: string, policy: Policy, people: number): string {
  return `The policy "${name}" wants ${policy.approvals} different people to approve, and ${people} ${people === 1 ? 'has' : 'have'}.`;
}

export type GlassJudged =
  | { readonly may: false; readonly refusal: Refusal }
  | { readonly may: true; readonly overridden: readonly (Refusal & { rule: OverridableRule })[] };

/** Whether somebody may override what stands in the way of a fix now, and what that is. */
export async function judgeGlass(record: ProposalRecord, person: string, house: House): Promise<GlassJudged> {
  const { proposal, escalatedAt, approvals = [] } = record;
  const refusal = await refusalToBreakGlass({ proposal, person }, house);
  if (refusal !== undefined) return { may: false, refusal };
  const registration = registrationOf(house, proposal.cluster);
  const overrides = policyOf(house, registration).breakGlass?.overrides ?? [];
  const given = approvals.map(({ by }) => by);
  // Others read in the thread what was overridden.
  const overridden = await overridableRefusals({ proposal, escalatedAt, person, voice: 'about-them' }, given, house);
  const firm = overridden.find(({ rule }) => !overrides.includes(rule));
  if (firm !== undefined) {
    const says = `${firm.says} The policy "${registration.policy}" does not let this rule be overridden.`;
    return { may: false, refusal: { rule: firm.rule, says } };
  }
  if (overridden.length > 0) return { may: true, overridden };
  const says =
    'No window, requester or count stands in the way, so there is no glass to break: an approver can approve.';
  return { may: false, refusal: { rule: 'break-glass', says } };
}

/**
 * Why the rules, as they are when a fix is about to be applied, do not allow it any more: they may have changed since
 * the decision, and so may the people. Sentences for the card; empty when all is well.
 */
export async function refusalsToApply(record: ProposalRecord, decision: Decision, house: House): Promise<string[]> {
  const { proposal, escalatedAt, approvals = [] } = record;
  const registration = registrationOf(house, proposal.cluster);
  const policy = policyFor(record, house);
  const people = [...new Set([...approvals.map(({ by }) => by), decision.by])];
  if (registration.mode !== 'remediate') return [`The cluster ${registration.name} is registered to be observed only.`];
  const overrides = decision.overrides ?? [];
  if (overrides.length > 0) {
    const deciding = { proposal, escalatedAt, person: decision.by, voice: 'about-them' } as const;
    const refusal = await refusalToBreakGlass(deciding, house);
    if (refusal !== undefined) return [refusal.says];
    const open = await overridableRefusals(deciding, people, house, ['fixes']);
    return open.filter(({ rule }) => !overrides.includes(rule)).map(({ says }) => says);
  }
  const each = await Promise.all(
    people.map(async (person) => refusalsOfPerson({ proposal, escalatedAt, person, voice: 'about-them' }, house)),
  );
  const enough = people.length >= policy.approvals ? [] : [sayTooFew(registration.policy, policy, people.length)];
  const windows = windowRefusals(policy, registration.policy, house.clock.now(), ['fixes']);
  return [...each.flat().map(({ says }) => says), ...enough, ...windows.map(({ says }) => says)];
}

/** Why somebody may not close a review; whoever is judged in it never may. */
export async function refusalToReview(
  review: { readonly by: string; readonly cluster: string; readonly environment: string },
  person: string,
  house: House,
): Promise<Refusal | undefined> {
  if (person === review.by) {
    return { rule: 'person', says: 'You broke the glass yourself, so another person has to close this review.' };
  }
  const stranger = await standingRefusal(person, house);
  if (stranger !== undefined) return stranger;
  if (house.roles !== undefined) return roleRefusal('review', person, review.environment, house);
  const registration = house.registrations.find(({ name }) => name === review.cluster);
  // Of a cluster that is gone, anybody else may: its policy is gone with it, and the review must not stay for ever.
  if (registration === undefined) return undefined;
  const policy = policyOf(house, registration);
  const groups = await groupsOf(person, policy.approverGroups, house);
  if (isListed(policy, { person, groups })) return undefined;
  return { rule: 'approvers', says: `The policy "${registration.policy}" does not list you as an approver.` };
}

/**
 * Whether somebody may freeze a cluster and lift its freezes: whoever may approve fixes there. Nobody asked for what is
 * frozen, so no rule about the requester applies, and no window.
 */
export async function refusalToFreeze(
  person: string,
  registration: Registration,
  house: House,
): Promise<Refusal | undefined> {
  const stranger = await standingRefusal(person, house);
  if (stranger !== undefined) return stranger;
  const policy = policyOf(house, registration);
  const { policy: policyName, environment } = registration;
  const role = await roleRefusal('approve', person, environment, house);
  if (role !== undefined || (house.roles !== undefined && !namesApprovers(policy))) return role;
  const groups = await groupsOf(person, policy.approverGroups, house);
  return personRefusals(policy, { policyName, environment: '', requestedBy: '', person, groups })[0];
}
