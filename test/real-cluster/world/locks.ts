import type { WorldObject } from '../../../src/core/world.ts';
import type { AdminClient } from '../control-plane/client.ts';

const annotation = 'control-plane.alpha.kubernetes.io/leader';

type LockRecord = {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly renewTime: string;
};

/** A lock of leader election whose holder was alive when the world was written. */
export type LiveLock = { readonly object: WorldObject; readonly ageMilliseconds: number };

/** The locks that somebody renews; a lock that was stale when it was written stays so. */
export function liveLocks(objects: readonly WorldObject[], now: Date): LiveLock[] {
  return objects.flatMap((object) => {
    const record = recordOf(object);
    if (record === undefined) return [];
    const ageMilliseconds = now.getTime() - Date.parse(record.renewTime);
    return ageMilliseconds < record.leaseDurationSeconds * 1000 ? [{ object, ageMilliseconds }] : [];
  });
}

/** Renews a lock as its holder would, if the holder is a pod that is there. Whoever is faster than this wins. */
export async function renew({ object, ageMilliseconds }: LiveLock, admin: AdminClient): Promise<void> {
  const lock = await admin.get<WorldObject>(object);
  const record = recordOf(lock);
  const holder = record?.holderIdentity.split('_')[0];
  if (record === undefined || holder === undefined || holder === '') return;
  const { namespace = 'default' } = object.metadata;
  const pod = await admin.request('GET', `/api/v1/namespaces/${namespace}/pods/${holder}`);
  if (pod.status !== 200 || pod.body.includes('"deletionTimestamp"')) return;
  const renewTime = new Date(Date.now() - ageMilliseconds).toISOString();
  const { resourceVersion } = lock.metadata;
  const patch =
    lock.kind === 'Lease'
      ? { metadata: { resourceVersion }, spec: { renewTime: renewTime.replace('Z', '000Z') } }
      : { metadata: { resourceVersion, annotations: { [annotation]: JSON.stringify({ ...record, renewTime }) } } };
  const { status, body } = await admin.request('PATCH', pathOf(lock), patch, 'application/merge-patch+json');
  if (status >= 300 && status !== 409) throw new Error(`Renewing a lock was answered with ${status}: ${body}`);
}

function pathOf({ kind, metadata }: WorldObject): string {
  const base = kind === 'Lease' ? '/apis/coordination.k8s.io/v1' : '/api/v1';
  return `${base}/namespaces/${metadata.namespace ?? 'default'}/${kind.toLowerCase()}s/${metadata.name}`;
}

function recordOf(object: WorldObject): LockRecord | undefined {
  if (object.kind === 'Lease') return object['spec'] as LockRecord | undefined;
  if (object.kind !== 'ConfigMap') return undefined;
  const annotations = object.metadata['annotations'] as Readonly<Record<string, string>> | undefined;
  const written = annotations?.[annotation];
  return written === undefined ? undefined : (JSON.parse(written) as LockRecord);
}
