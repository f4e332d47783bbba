import { parseDuration } from './duration.ts';
import type { Policy } from './policy.ts';

/** Whether an id of `escalateTo` names a user group; those of people start with another letter. */
export function isGroupId(id: string): boolean {
  return /^S[A-Z0-9]*$/.test(id);
}

/** The policy for an offer that has waited too long: those of `escalateTo` may approve it as well. */
export function escalated(policy: Policy): Policy {
  const { escalateTo } = policy;
  return {
    ...policy,
    approvers: [...new Set([...policy.approvers, ...escalateTo.filter((id) => !isGroupId(id))])],
    approverGroups: [...new Set([...policy.approverGroups, ...escalateTo.filter(isGroupId)])],
  };
}

/** After how many milliseconds an offer goes to more people; undefined when the policy names nobody or no time. */
export function escalatesAfter({ escalateAfter, escalateTo }: Policy): number | undefined {
  if (escalateAfter === undefined || escalateTo.length === 0) return undefined;
  return parseDuration(escalateAfter);
}
