import { z } from 'zod';
import { Limits } from './limits.ts';
import { isOpen, sayOpening, sayWindows, Window, windowsFor } from './window.ts';

/** The rules that somebody who may break the glass can override. Everything else stands whatever happens. */
export const OverridableRule = z.enum(['requester', 'window', 'approvals']);
export type OverridableRule = z.infer<typeof OverridableRule>;

/** Who may override rules in an emergency, with a written reason and a review by another person. */
export const BreakGlass = z.strictObject({
  /** Whoever has the role admin in the cluster's environment. */
  admins: z.boolean().default(true),
  /** Ids of people and of user groups, beside the admins. */
  people: z.array(z.string()).default([]),
  groups: z.array(z.string()).default([]),
  overrides: z
    .array(OverridableRule)
    .min(1)
    .default([...OverridableRule.options]),
});
export type BreakGlass = z.infer<typeof BreakGlass>;

/**
 * Who may approve fixes on a cluster, and under which rules. Administrator-owned and referenced by name from the
 * clusters; a playbook cannot grant rights.
 */
export const Policy = z.strictObject({
  /** Ids of people. */
  approvers: z.array(z.string()).default([]),
  /** Ids of user groups whose members may approve. */
  approverGroups: z.array(z.string()).default([]),
  /** How many different people have to approve the same plan. */
  approvals: z.number().int().min(1).max(10).default(1),
  /** In these environments the person who asked for the run may not approve its fixes. */
  neverTheRequesterIn: z.array(z.string()).default(['production']),
  expiresAfter: z
    .string()
    .regex(/^\d+[smhd]$/, 'A duration is written like 30m or 2h.')
    .default('30m'),
  /** When approvals may be given and fixes applied; always, when there is none. */
  windows: z.array(Window).default([]),
  /** Nobody may override a rule when it is left out. */
  breakGlass: BreakGlass.optional(),
  limits: Limits.default({ oneDisruptionAtATime: false }),
  /** When nobody has decided for so long, the people and user groups of `escalateTo` (ids) are asked too. */
  escalateAfter: z
    .string()
    .regex(/^\d+[smhd]$/, 'A duration is written like 30m or 2h.')
    .optional(),
  escalateTo: z.array(z.string()).default([]),
  /** By when a fix that does not last by itself has to be made permanent. */
  mitigationsDueAfter: z
    .string()
    .regex(/^\d+[smhd]$/, 'A duration is written like 12h or 7d.')
    .default('7d'),
});
export type Policy = z.infer<typeof Policy>;

export type Deciding = {
  readonly policyName: string;
  readonly environment: string;
  readonly requestedBy: string;
  readonly person: string;
  /** Groups of `approverGroups` that the person is a member of. */
  readonly groups: readonly string[];
};

/** One rule that says no. `says` is a whole sentence with the policy's name in it. */
export type Refusal = {
  readonly rule:
    | OverridableRule
    | 'person'
    | 'role'
    | 'approvers'
    | 'offer'
    | 'guard'
    | 'mode'
    | 'break-glass'
    | 'freeze';
  readonly says: string;
};

/** Speaks to the person who decides, or about one of several who did. */
export type Voice = 'to-them' | 'about-them';

/** Whether the policy lists somebody as an approver. One that lists nobody leaves it to the roles. */
export function isListed(policy: Policy, { person, groups }: Pick<Deciding, 'person' | 'groups'>): boolean {
  return policy.approvers.includes(person) || policy.approverGroups.some((group) => groups.includes(group));
}

export function namesApprovers({ approvers, approverGroups }: Policy): boolean {
  return approvers.length + approverGroups.length > 0;
}

/** The rules about the person that refuse: who asked may not approve, and who is not listed may not either. */
export function personRefusals(policy: Policy, deciding: Deciding, voice: Voice = 'to-them'): Refusal[] {
  const { environment, requestedBy, person, policyName } = deciding;
  const refusals: Refusal[] = [];
  const who = voice === 'to-them' ? whoMayApprove(policy, deciding) : '';
  if (person === requestedBy && policy.neverTheRequesterIn.includes(environment)) {
    const asked = voice === 'to-them' ? 'You asked' : `<@${person}> asked`;
    refusals.push({
      rule: 'requester',
      says: `${asked} for this run, and in ${environment} the policy "${policyName}" wants a second person to approve. ${who}`.trim(),
    });
  }
  if (!isListed(policy, deciding)) {
    const named = voice === 'to-them' ? 'you' : `<@${person}>`;
    refusals.push({
      rule: 'approvers',
      says: `The policy "${policyName}" does not list ${named} as an approver. ${who}`.trim(),
    });
  }
  return refusals;
}

/** True, or the sentence that says which rule about the person refuses. */
export function mayApprove(policy: Policy, deciding: Deciding): true | string {
  return personRefusals(policy, deciding)[0]?.says ?? true;
}

/**
 * The window that is closed for one of these uses, with the time at which it opens. An approval that completes a
 * proposal starts its fix, so who approves needs both to be open.
 */
export function windowRefusals(
  policy: Policy,
  policyName: string,
  now: Date,
  uses: readonly Window['for'][number][] = ['approvals', 'fixes'],
): Refusal[] {
  const closed = uses.find((use) => !isOpen(windowsFor(policy.windows, use), now));
  if (closed === undefined) return [];
  const windows = windowsFor(policy.windows, closed);
  const what = closed === 'approvals' ? 'approvals to be given' : 'fixes to be applied';
  const next = sayOpening(windows, now);
  const opens = next === undefined ? '' : ` The next window opens at ${next}.`;
  return [
    { rule: 'window', says: `The policy "${policyName}" allows ${what} ${sayWindows(windows)}, and not now.${opens}` },
  ];
}

/**
 * `Ana or a member of the group S1 may approve, but not the person who asked.`, with chat mentions as `<@id>`.
 * @param byRole whether roles are configured, so that an approver needs the role as well
 */
export function whoMayApprove(policy: Policy, about: Pick<Deciding, 'environment'>, byRole = false): string {
  const named = [
    ...policy.approvers.map((id) => `<@${id}>`),
    ...policy.approverGroups.map((id) => `a member of <!subteam^${id}>`),
  ];
  const role = `the role approver in ${about.environment}`;
  if (named.length === 0 && !byRole) return 'Nobody may approve here: the policy names no approver.';
  const who = named.length === 0 ? `somebody with ${role}` : `${named.join(' or ')}${byRole ? `, with ${role},` : ''}`;
  const except = policy.neverTheRequesterIn.includes(about.environment) ? ', but not the person who asked' : '';
  const several = policy.approvals > 1 ? ` ${policy.approvals} different people have to.` : '';
  const sentence = `${who} may approve${except}.${several}`.replace(/,(?= may approve,)/, '');
  return sentence.replace(/^[as](?=[ o])/, (letter) => letter.toUpperCase());
}
