import { z } from 'zod';

/**
 * Who may approve fixes on a cluster. Administrator-owned and referenced by name from the clusters; a playbook
 * cannot grant rights.
 */
export const Policy = z.strictObject({
  /** Ids of people. */
  approvers: z.array(z.string()).default([]),
  /** Ids of user groups whose members may approve. */
  approverGroups: z.array(z.string()).default([]),
  /** In these environments the person who asked for the run may not approve its fixes. */
  neverTheRequesterIn: z.array(z.string()).default(['production']),
  expiresAfter: z
    .string()
    .regex(/^\d+[smhd]$/, 'A duration is written like 30m or 2h.')
    .default('30m'),
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

/** True, or the sentence that says which rule refuses. */
export function mayApprove(policy: Policy, deciding: Deciding): true | string {
  const { environment, requestedBy, person, policyName } = deciding;
  if (person === requestedBy && policy.neverTheRequesterIn.includes(environment)) {
    return `You asked for this run, and in ${environment} the policy "${policyName}" wants a second person to approve. ${whoMayApprove(policy, deciding)}`;
  }
  if (!policy.approvers.includes(person) && deciding.groups.length === 0) {
    return `The policy "${policyName}" does not list you as an approver. ${whoMayApprove(policy, deciding)}`;
  }
  return true;
}

/** `Ana or a member of the group S1 may approve, but not the person who asked.`, with chat mentions as `<@id>`. */
export function whoMayApprove(policy: Policy, about: Pick<Deciding, 'environment'>): string {
  const named = [
    ...policy.approvers.map((id) => `<@${id}>`),
    ...policy.approverGroups.map((id) => `a member of <!subteam^${id}>`),
  ];
  if (named.length === 0) return 'Nobody may approve here: the policy names no approver.';
  const except = policy.neverTheRequesterIn.includes(about.environment) ? ', but not the person who asked' : '';
  const sentence = `${named.join(' or ')} may approve${except}.`;
  return sentence.replace(/^a /, 'A ');
}
