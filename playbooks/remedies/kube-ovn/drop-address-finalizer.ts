import { z } from 'zod';
import { sayDuration } from '../../../src/core/duration.ts';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, type Precondition, precondition, type Step } from '../../../src/core/remedy.ts';
import { portsOf, reservedLabel } from '../../facts/kube-ovn/address-claims.ts';
import { type Holder, holderIndex, sayHolder } from '../../facts/kube-ovn/holders.ts';
import { orphanAgeMilliseconds, ownFinalizers } from '../../facts/kube-ovn/orphans.ts';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Ip, Vip } from '../../kinds/kube-ovn-addresses.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachine } from '../../kinds/kubevirt.ts';
import { StatefulSet } from '../../kinds/workloads.ts';
import { mostOrphans } from './delete-orphan-address.ts';

/** With its subnet gone, no controller lets the object go any more. */
export const dropAddressFinalizer = defineRemedy({
  id: 'kube-ovn/drop-address-finalizer',
  how: 'change',
  does: 'Remove the finalizer of kube-ovn from an IP object whose subnet is gone, so that its deletion can finish.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'While the subnet exists: then the controller lets the object go, and does what belongs to it.',
    'While anything of that name runs, or the address is reserved.',
    'Without a second pair of eyes: the object is gone for good, and nothing undoes it.',
  ],
  input: z.object({ names: z.array(z.string()).min(1).max(mostOrphans) }),
  reads: [list(Ip), list(Subnet), list(Pod), list(VirtualMachine), list(StatefulSet), list(Node), list(Vip)],
  changes: [{ change: 'patch-object', kind: Ip, in: 'everywhere' }],
  proof: { withinSeconds: 120, holdSeconds: 60 },
  async plan({ cluster, now, platform }, { names }) {
    const [objects, subnets, pods, machines, sets, nodes, vips] = await Promise.all([
      cluster.list(Ip),
      cluster.list(Subnet),
      cluster.list(Pod),
      cluster.list(VirtualMachine),
      cluster.list(StatefulSet),
      cluster.list(Node),
      cluster.list(Vip),
    ]);
    const holderOf = holderIndex({ ports: portsOf(pods, objects, now), pods, machines, sets, nodes, vips });
    const existing = new Set(subnets.map(({ metadata }) => metadata.name));
    const chosen = names.flatMap((name) => objects.find(({ metadata }) => metadata.name === name) ?? []);
    return {
      preconditions: [
        precondition(
          'Are the objects still there?',
          chosen.length === names.length,
          `${chosen.length} of ${names.length} are.`,
        ),
        ...chosen.flatMap((object) => guardsOf(object, holderOf(object.metadata.name), existing, now)),
        isAnOldVersion(installed(platform).version),
        {
          asks: 'Have two people looked at this?',
          holds: 'confirm',
          because: 'The object vanishes for good; only the ledger keeps what it held.',
        },
      ],
      steps: chosen.map(stepOf),
      effect: 'The API server deletes the object at once. No running pod is touched.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});

function guardsOf(object: Ip, holder: Holder, subnets: ReadonlySet<string>, now: Date): Precondition[] {
  const { name, finalizers, deletionTimestamp, labels } = object.metadata;
  const { subnet } = object.spec;
  const age = deletionTimestamp === undefined ? 0 : now.getTime() - deletionTimestamp.getTime();
  const least = sayDuration(orphanAgeMilliseconds);
  return [
    precondition(
      `Has ${name} been being deleted for more than ${least}?`,
      age > orphanAgeMilliseconds,
      deletionTimestamp === undefined ? 'It is not being deleted.' : `It has, for ${sayDuration(age)}.`,
    ),
    precondition(
      `Is the subnet of ${name} gone?`,
      !subnets.has(subnet),
      `Subnet ${subnet} ${subnets.has(subnet) ? 'exists' : 'does not exist'}.`,
    ),
    precondition(
      `Is the owner of ${name} gone?`,
      holder.is === 'gone' && labels[reservedLabel] !== 'true' && !name.startsWith('node-'),
      `Behind it stands ${sayHolder(holder, name)}; ${reservedLabel} is ${labels[reservedLabel] ?? 'not set'}.`,
    ),
    precondition(
      `Does nothing but kube-ovn’s finalizer hold ${name}?`,
      ownFinalizers(finalizers).length > 0,
      `Its finalizers are ${finalizers.join(', ') || 'none'}.`,
    ),
  ];
}

function stepOf({ apiVersion, metadata }: Ip): Step {
  const { name, uid, resourceVersion, finalizers } = metadata;
  const own = ownFinalizers(finalizers);
  const left = finalizers.filter((finalizer) => !own.includes(finalizer));
  return {
    does: `Remove the finalizer ${own.join(', ')} from the IP object ${name}.`,
    change: {
      change: 'patch-object',
      apiVersion,
      kind: 'IP',
      plural: 'ips',
      name,
      uid,
      resourceVersion,
      patch: { metadata: { finalizers: left.length === 0 ? null : left } },
    },
    // The API server deletes the object with its last finalizer; that it is gone is for the check to see.
    settled: { until: 'stored' },
  };
}

/** Later versions let such objects go by themselves; one that hangs there has another cause. */
function isAnOldVersion(version: string | undefined): Precondition {
  const asks = 'Is this a version that forgets such objects?';
  const mended = has(version, changes.finalizersDroppedWithSubnet);
  if (mended === false)
    return precondition(
      asks,
      true,
      `${sayVersion(version)} does, ${unlessBackported(changes.finalizersDroppedWithSubnet)}.`,
    );
  if (mended === undefined) return { asks, holds: 'confirm', because: 'The version of kube-ovn is not known.' };
  return precondition(asks, false, `${sayVersion(version)} lets them go by itself, so look for another cause first.`);
}
