import { z } from 'zod';

/** What a person may do in an environment, from least to most; each may do what the ones before it may. */
export const Role = z.enum(['viewer', 'operator', 'approver', 'admin']);
export type Role = z.infer<typeof Role>;

/**
 * One line of who is what. Without `environments` it is meant for all of them. People and user groups are Slack ids:
 * a name can be changed by anybody.
 */
export const RoleGrant = z
  .strictObject({
    role: Role,
    people: z.array(z.string()).default([]),
    groups: z.array(z.string()).default([]),
    /** Everybody in the workspace, for an environment that needs no names. */
    everybody: z.boolean().default(false),
    environments: z.array(z.string()).min(1).optional(),
  })
  .refine(({ people, groups, everybody }) => everybody || people.length + groups.length > 0, {
    error: 'A role is given to people, to groups, or to everybody.',
  });
export type RoleGrant = z.infer<typeof RoleGrant>;

/**
 * The best role that somebody was given in an environment. Who was given none is a viewer: the threads stand in
 * channels that the chat already lets them read.
 * @param groups ids of the user groups that the person is a member of
 */
export function roleIn(
  grants: readonly RoleGrant[],
  environment: string,
  person: string,
  groups: readonly string[],
): Role {
  const held = grants
    .filter(({ environments }) => environments === undefined || environments.includes(environment))
    .filter(
      (grant) =>
        grant.everybody || grant.people.includes(person) || grant.groups.some((group) => groups.includes(group)),
    )
    .map(({ role }) => Role.options.indexOf(role));
  return Role.options[Math.max(0, ...held)] ?? 'viewer';
}

/** What people do that not everybody may, and the role it takes. */
const takes = {
  run: { role: 'operator', says: 'starting a run' },
  cancel: { role: 'operator', says: 'cancelling a run' },
  watch: { role: 'operator', says: 'having a fault watched' },
  deny: { role: 'operator', says: 'turning a fix down' },
  approve: { role: 'approver', says: 'approving a fix' },
  review: { role: 'approver', says: 'closing a review' },
  'break-glass': { role: 'admin', says: 'breaking the glass' },
} as const satisfies Record<string, { role: Role; says: string }>;
export type Act = keyof typeof takes;

export function roleAllows(role: Role, act: Act): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(takes[act].role);
}

/** `In production you are a viewer, and starting a run takes the role operator.` */
export function sayRoleRefusal(role: Role, act: Act, environment: string, who = 'you'): string {
  const is = who === 'you' ? 'you are' : `${who} is`;
  return `In ${environment} ${is} ${withArticle(role)}, and ${takes[act].says} takes the role ${takes[act].role}.`;
}

export function withArticle(role: Role): string {
  return role === 'viewer' ? 'a viewer' : `an ${role}`;
}
