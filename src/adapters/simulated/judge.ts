import { type Change, changedObject } from '../../core/change.ts';
import { type ChangeFailure } from '../../core/errors.ts';
import { groupOf } from '../../core/kind.ts';
import type { WorldObject } from '../../core/world.ts';
import { budgetsFor } from './disruption-budgets.ts';
import { isFields, mergePatch, valueAt } from './merge-patch.ts';
import { isName } from './names.ts';
import { definitionOf, keyOf, metadataText, type Store, uidOf } from './store.ts';

export type Refusal = { readonly reason: ChangeFailure; readonly because: string };

/** What a change would do, or why the API server would not do it. Nothing is changed yet. */
export type Judgement =
  | { readonly refused: Refusal }
  /** A patch of an object, or of its scale: `before` and `after` are what the API answers, `stored` the object. */
  | { readonly does: 'patch'; readonly stored: WorldObject; readonly before: unknown; readonly after: unknown }
  | { readonly does: 'delete'; readonly object: WorldObject; readonly graceSeconds: number | undefined }
  | { readonly does: 'evict'; readonly object: WorldObject; readonly uses: readonly WorldObject[] };

function refused(reason: ChangeFailure, because: string): { refused: Refusal } {
  return { refused: { reason, because } };
}

/** Judges a change as the API server does: names, then the object, then its preconditions, then what it asks for. */
export function judge(store: Store, change: Change): Judgement {
  const named = changedObject(change);
  const { apiVersion, kind, namespace, name, plural } = named;
  for (const part of [name, ...(namespace === undefined ? [] : [namespace])]) {
    if (!isName(part)) return refused('invalid', `${JSON.stringify(part)} is no name of an object`);
  }
  const group = groupOf(apiVersion);
  const says = `${plural}${group === '' ? '' : `.${group}`} "${name}"`;
  const object = store.objects.get(keyOf({ apiVersion, kind, namespace, name }));
  if (object === undefined) return refused('moved', `${says} not found`);
  if (uidOf(object) !== named.uid) {
    return refused('moved', `${says} has the uid ${uidOf(object)} and not ${named.uid}: it was made anew`);
  }
  const version = metadataText(object, 'resourceVersion');
  if (named.resourceVersion !== undefined && named.resourceVersion !== version) {
    return refused(
      'moved',
      `${says} has been modified since resourceVersion ${named.resourceVersion}; it is ${version} now`,
    );
  }
  if (change.change === 'patch-object') {
    return change.subresource === 'scale'
      ? judgeScale(store, object, change.patch)
      : judgePatch(store, object, change.patch);
  }
  if (change.change === 'evict-pod') {
    const budgets = budgetsFor(store, object);
    return 'refused' in budgets ? refused('blocked', budgets.refused) : { does: 'evict', object, uses: budgets.uses };
  }
  const graceSeconds = change.change === 'delete-pod' ? change.gracePeriodSeconds : undefined;
  return { does: 'delete', object, graceSeconds };
}

const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** What the API server finds wrong with any object's metadata, in a clause. The schema of a kind is not known here. */
function wrongMetadata(before: WorldObject, after: WorldObject): string | undefined {
  for (const field of ['apiVersion', 'kind'] as const) {
    if (after[field] !== before[field]) return `the ${field} of an object cannot be changed`;
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    if (after.metadata[field] !== before.metadata[field]) return `metadata.${field} cannot be changed`;
  }
  for (const [field, isValue] of [
    ['labels', labelValue],
    ['annotations', /^/],
  ] as const) {
    const entries = Object.entries(after.metadata[field] ?? {});
    for (const [key, value] of entries) {
      if (typeof value !== 'string') return `metadata.${field}.${key} must be a string`;
      if (!labelKey.test(key) || !isValue.test(value))
        return `metadata.${field}: Invalid value: ${JSON.stringify(value)}`;
    }
  }
  const finalizers = after.metadata['finalizers'] ?? [];
  if (!Array.isArray(finalizers) || finalizers.some((one) => typeof one !== 'string')) {
    return 'metadata.finalizers must be a list of strings';
  }
  return undefined;
}

/** Fields that the server owns: what a patch says about them is not heard. */
function withServerFields(store: Store, before: WorldObject, patched: WorldObject): WorldObject {
  const { resourceVersion, generation } = before.metadata;
  const after: WorldObject = {
    ...patched,
    metadata: { ...patched.metadata, resourceVersion, ...(generation === undefined ? {} : { generation }) },
  };
  const definition = definitionOf(store, before.apiVersion, before.kind);
  const ownsStatus = definition === undefined || valueAt(definition, 'subresources', 'status') !== undefined;
  if (ownsStatus && before['status'] !== undefined) after['status'] = before['status'];
  else if (ownsStatus) delete after['status'];
  const changedSpec = JSON.stringify(after['spec']) !== JSON.stringify(before['spec']);
  if (changedSpec) after.metadata['generation'] = (typeof generation === 'number' ? generation : 1) + 1;
  return after;
}

function judgePatch(store: Store, before: WorldObject, patch: Record<string, unknown>): Judgement {
  const patched = mergePatch(before, patch);
  const metadata = valueAt(patched, 'metadata');
  if (!isFields(patched) || !isFields(metadata)) return refused('invalid', 'the patch leaves no object behind');
  const whole = patched as WorldObject;
  const wrong = wrongMetadata(before, whole);
  if (wrong !== undefined) return refused('invalid', `${before.kind} "${before.metadata.name}" is invalid: ${wrong}`);
  const stored = withServerFields(store, before, whole);
  return { does: 'patch', stored, before, after: stored };
}

const scalable = ['Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps', 'ReplicationController.'];

function scaleOf(object: WorldObject, replicas: unknown): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const running = valueAt(object, 'status', 'replicas');
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: { replicas: typeof running === 'number' ? running : 0 },
  };
}

function judgeScale(store: Store, object: WorldObject, patch: Record<string, unknown>): Judgement {
  const { apiVersion, kind } = object;
  const scale = valueAt(definitionOf(store, apiVersion, kind), 'subresources', 'scale');
  if (!scalable.includes(`${kind}.${groupOf(apiVersion)}`) && scale === undefined) {
    return refused('invalid', `${kind} has no scale`);
  }
  const before = scaleOf(object, valueAt(object, 'spec', 'replicas') ?? 1);
  const after = mergePatch(before, patch);
  const replicas = valueAt(after, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    const value = JSON.stringify(replicas);
    return refused('invalid', `Scale "${object.metadata.name}" is invalid: spec.replicas: Invalid value: ${value}`);
  }
  const judged = judgePatch(store, object, { spec: { replicas } });
  return 'stored' in judged ? { ...judged, before, after: scaleOf(object, replicas) } : judged;
}
