import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import { reservedLabel } from './address-claims.ts';
import type { Holder } from './holders.ts';

/** An object that is younger may belong to a pod that is only just being made. */
export const orphanAgeMilliseconds = 600_000;

/** Owned by nobody who lives: neither pod, machine, StatefulSet nor node, and no reservation. */
export function isOrphan(object: Ip, holder: Holder, now: Date): boolean {
  const { creationTimestamp, deletionTimestamp, ownerReferences, labels, name } = object.metadata;
  if (holder.is !== 'gone' || deletionTimestamp !== undefined || ownerReferences.length > 0) return false;
  if (labels[reservedLabel] === 'true' || name.startsWith('node-')) return false;
  return creationTimestamp !== undefined && now.getTime() - creationTimestamp.getTime() > orphanAgeMilliseconds;
}

/** The one up to v1.12, and the one since v1.13.0. */
const finalizersOfController = ['kube-ovn-controller', 'kubeovn.io/kube-ovn-controller'];

export function ownFinalizers(finalizers: readonly string[]): string[] {
  return finalizers.filter((finalizer) => finalizersOfController.includes(finalizer));
}
