import { mayApprove } from '../core/policy.ts';
import type { Registration } from '../core/registration.ts';
import { groupsOf } from './decide.ts';
import { type House, policyOf } from './house.ts';

/**
 * Whether a person may freeze a cluster and lift its freezes: whoever may approve there. True, or the sentence that
 * says who may. The only place that is asked.
 */
export async function mayFreeze(person: string, registration: Registration, house: House): Promise<true | string> {
  const policy = policyOf(house, registration);
  const may = mayApprove(policy, {
    policyName: registration.policy,
    // What is frozen was asked for by nobody, so no rule about the requester applies.
    environment: '',
    requestedBy: '',
    person,
    groups: await groupsOf(person, policy, house),
  });
  return may === true || `On ${registration.name}, whoever may approve fixes may freeze it and lift a freeze. ${may}`;
}
