import type { Registration } from '../core/registration.ts';
import type { House } from './house.ts';
import { refusalToFreeze } from './permission.ts';

/** Whether a person may freeze a cluster and lift its freezes: true, or the sentence that says who may. */
export async function mayFreeze(person: string, registration: Registration, house: House): Promise<true | string> {
  const refusal = await refusalToFreeze(person, registration, house);
  if (refusal === undefined) return true;
  return `On ${registration.name}, whoever may approve fixes may freeze it and lift a freeze. ${refusal.says}`;
}
