import { sayDuration } from '../../../src/core/duration.ts';
import type { Platform } from '../../../src/core/platform.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { type Port, reservedLabel } from '../../facts/kube-ovn/address-claims.ts';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import type { Holder } from '../../facts/kube-ovn/holders.ts';
import { orphanAgeMilliseconds } from '../../facts/kube-ovn/orphans.ts';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Ip } from '../../kinds/kube-ovn-addresses.ts';

export type Orphan = { readonly object: Ip; readonly port: Port | undefined; readonly holder: Holder };

const namesOf = (orphans: readonly Orphan[]) => listed(orphans.map(({ object }) => object.metadata.name));

function none(asks: string, wrong: readonly Orphan[], fine: string, bad: (names: string) => string): Precondition {
  return precondition(asks, wrong.length === 0, wrong.length === 0 ? fine : bad(namesOf(wrong)));
}

/** Every condition under which an IP object belongs to nobody. */
export function nobodyOwns(orphans: readonly Orphan[], now: Date): Precondition[] {
  const all = orphans.length === 1 ? 'Its owner' : `All ${orphans.length} owners`;
  const young = orphans.filter(({ object: { metadata } }) => {
    const age = metadata.creationTimestamp === undefined ? 0 : now.getTime() - metadata.creationTimestamp.getTime();
    return age <= orphanAgeMilliseconds;
  });
  return [
    none(
      'Is there no pod of that name, in any phase?',
      orphans.filter(
        ({ port, holder }) => (port?.pods.length ?? 0) > 0 || holder.is === 'alive' || holder.is === 'ended',
      ),
      `${all} would be ${orphans.length === 1 ? 'a pod' : 'pods'} that the API server does not know.`,
      (names) => `A pod still has the name of ${names}.`,
    ),
    none(
      'Is there no virtual machine of that name?',
      orphans.filter(
        ({ object, holder }) => holder.is === 'stopped-machine' || object.spec.podType === 'VirtualMachine',
      ),
      'No virtual machine has such a name, and none of the objects says that it was made for one.',
      (names) => `${names} may belong to a virtual machine, which keeps its address while it is stopped.`,
    ),
    none(
      'Does no StatefulSet want it back?',
      orphans.filter(({ holder }) => holder.is === 'stateful-set' && !holder.isScaledDown),
      'No StatefulSet has an ordinal of such a name.',
      (names) => `A StatefulSet still wants ${names}.`,
    ),
    none(
      'Is it no port of a node or of OVN itself?',
      orphans.filter(
        ({ object, holder }) =>
          object.metadata.name.startsWith('node-') || holder.is === 'node' || holder.is === 'infrastructure',
      ),
      'None of the names is that of a node, an interconnection or a multicast querier.',
      (names) => `${names} belongs to a node or to OVN.`,
    ),
    none(
      'Has nobody reserved it?',
      orphans.filter(
        ({ object }) => object.metadata.labels[reservedLabel] === 'true' || object.metadata.ownerReferences.length > 0,
      ),
      `None carries ${reservedLabel}="true" or an owner reference.`,
      (names) => `${names} is reserved, or owned by another object.`,
    ),
    none(
      `Is it older than ${sayDuration(orphanAgeMilliseconds)}?`,
      young,
      `The youngest is ${sayDuration(Math.min(...orphans.map(({ object }) => now.getTime() - (object.metadata.creationTimestamp?.getTime() ?? now.getTime()))))} old.`,
      (names) => `${names} is younger, or does not say how old it is.`,
    ),
  ];
}

/** Before #3540 the deletion changed counters only; a logical port stayed where it was. */
export function deletionHasEffect(platform: Platform): Precondition {
  const asks = 'Does this version free the address when the object is deleted?';
  const { version } = installed(platform);
  const effective = has(version, addressChanges.objectDeletionFreesPort);
  if (effective === true)
    return precondition(asks, true, `From v1.11.14, v1.12.9 and v1.13.0 on it does, and this is ${version}.`);
  const which = `${sayVersion(version)} ${effective === undefined ? 'may not' : 'does not'}, ${unlessBackported(addressChanges.objectDeletionFreesPort)}`;
  return { asks, holds: 'confirm', because: `${which}: only counters change, and a logical port stays.` };
}
