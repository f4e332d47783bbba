import { type Change, changedObject } from '../core/change.ts';
import { CannotRead } from '../core/errors.ts';
import type { Proposal } from '../core/proposal.ts';
import type { ClusterReader } from '../core/reader.ts';
import { nameOf } from '../core/reference.ts';
import { readChanged } from './was-made.ts';

/**
 * Which of the objects that a fix would change are not as they were shown, one sentence each. It only explains why
 * nothing was done, so an object that cannot be read is left out.
 */
export async function whatBecameOf({ remedy }: Proposal, reader: ClusterReader): Promise<string[]> {
  const changes = remedy.steps.flatMap(({ change }) => change ?? []);
  const sentences = await Promise.all(changes.map(async (change) => whatBecameOfOne(change, reader)));
  return [...new Set(sentences.flat())];
}

async function whatBecameOfOne(change: Change, reader: ClusterReader): Promise<string[]> {
  const { uid, resourceVersion, ...reference } = changedObject(change);
  const name = nameOf(reference);
  try {
    const found = await readChanged(change, reader);
    if (found === undefined) return [`${name} is gone.`];
    if (found.metadata.uid !== uid) return [`${name} was deleted and made anew since it was shown.`];
    if (found.metadata.deletionTimestamp !== undefined) return [`${name} is being deleted.`];
    const isAsShown = resourceVersion === undefined || resourceVersion === found.metadata.resourceVersion;
    return isAsShown ? [] : [`${name} was changed since it was shown.`];
  } catch (error) {
    if (error instanceof CannotRead) return [];
    throw error;
  }
}
