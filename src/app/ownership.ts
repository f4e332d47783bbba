import { z } from 'zod';
import { type Change, changedObject, describeChange } from '../core/change.ts';
import { CannotRead } from '../core/errors.ts';
import { defineKind, Metadata } from '../core/kind.ts';
import { ManagedBy, ownerOf, type Reversal, writersOf } from '../core/ownership.ts';
import type { ClusterReader } from '../core/reader.ts';
import { nameOf } from '../core/reference.ts';
import type { Step } from '../core/remedy.ts';

const Owned = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: Metadata.extend({
    managedFields: z.array(ManagedBy).default([]),
    ownerReferences: z
      .array(Metadata.shape.ownerReferences.unwrap().element.extend({ controller: z.boolean().default(false) }))
      .default([]),
  }),
});
type Owned = z.infer<typeof Owned>;

/** Who would take back what these steps change, each said once. */
export async function reversalsOf(steps: readonly Step[], reader: ClusterReader): Promise<Reversal[]> {
  const changes = steps.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const found = await Promise.all(changes.map(async (change) => reversalOf(change, reader)));
  const reversals = found.filter((reversal) => reversal !== undefined);
  return [...new Map(reversals.map((reversal) => [reversal.says, reversal])).values()];
}

/**
 * Whether somebody would take a change back: GitOps, Helm, or the controller that made the object. Undefined when
 * nothing says so. A deleted or evicted pod is not taken back: its workload makes another one, and is meant to.
 *
 * The object itself is read: what a dry run gives back of a scale has no labels.
 */
async function reversalOf(change: Change, reader: ClusterReader): Promise<Reversal | undefined> {
  if (change.change === 'delete-pod' || change.change === 'evict-pod') return undefined;
  const described = describeChange(change);
  try {
    const object = await read(change, reader);
    return object === undefined ? undefined : judge(change, described, object);
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    const says = `Whether GitOps or Helm would take it back could not be looked at: ${error.because}.`;
    return { change: described, is: 'unknown', says };
  }
}

type OwnedChange = Extract<Change, { change: 'patch-object' | 'delete-object' }>;

async function read(change: OwnedChange, reader: ClusterReader): Promise<Owned | undefined> {
  const { apiVersion, kind, plural, namespace, name } = changedObject(change);
  const any = defineKind({
    name: kind,
    plural,
    apiVersions: [apiVersion],
    namespaced: namespace !== undefined,
    schema: Owned,
  });
  return reader.find(any, { name, namespace });
}

function judge(change: OwnedChange, described: string, { metadata }: Owned): Reversal | undefined {
  const object = nameOf(changedObject(change));
  const owner = ownerOf(metadata);
  if (change.change === 'delete-object') {
    if (owner === undefined) return undefined;
    const says = `${owner.tool} owns ${object} (${owner.sign}) and makes it again ${owner.when}.`;
    return { change: described, is: 'possible', says };
  }
  const writers = writersOf(metadata.managedFields, change.patch);
  // `Rancher` on an object is `Rancher Fleet` among those who write.
  const own = writers.filter(({ tool }) => owner === undefined || tool.startsWith(owner.tool));
  const writer = [...own, ...writers].find(({ wrote }) => wrote !== undefined);
  if (
    owner !== undefined &&
    own.some(({ isComplete }) => isComplete) &&
    own.every(({ wrote }) => wrote === undefined)
  ) {
    const says = `${owner.tool} owns ${object} (${owner.sign}), but keeps none of the fields that are changed here, so it leaves them as they are.`;
    return { change: described, is: 'never', says };
  }
  if (writer !== undefined) {
    const { tool, manager, wrote, when } = writer;
    const says = `${tool} wrote ${wrote} of ${object} (metadata.managedFields: ${manager}) and writes its own value back ${when}. Change it at its source too.`;
    return { change: described, is: 'certain', says };
  }
  if (owner !== undefined) {
    const { tool, sign, when } = owner;
    const says = `${tool} owns ${object} (${sign}) and may write its own version back ${when}. Change it at its source too.`;
    return { change: described, is: 'possible', says };
  }
  const maker = metadata.ownerReferences.find(({ controller }) => controller);
  if (maker === undefined) return undefined;
  const says = `${maker.kind} ${maker.name} made ${object}, and its controller may write its own version back at any time.`;
  return { change: described, is: 'possible', says };
}
