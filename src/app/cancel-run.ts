import type { Person } from '../core/person.ts';
import { type House, registrationOf } from './house.ts';
import { roleRefusal } from './permission.ts';
import { endRun } from './triage.ts';

/** Stops a run that only looks, and says what came of it. An approved fix cannot be cancelled half-way. */
export async function cancelRun(run: string, by: Person, house: House): Promise<string> {
  const record = await house.records.run(run);
  if (record === undefined) return 'This run is not known here any more.';
  if (record.state !== 'queued' && record.state !== 'running') return `This run is over: it is ${record.state}.`;
  const { environment } = registrationOf(house, record.request.cluster);
  const refusal = await roleRefusal('cancel', by.id, environment, house);
  if (refusal !== undefined) return refusal.says;
  await house.queue.cancel('triage', `run/${run}`);
  await endRun(run, 'cancelled', `<@${by.id}> cancelled it. Nothing was changed on the cluster.`, house, by.id);
  return 'The run is cancelled. Nothing was changed on the cluster.';
}
