import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { portsOf } from '../../facts/kube-ovn/address-claims.ts';
import { holderIndex } from '../../facts/kube-ovn/holders.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Ip, Vip } from '../../kinds/kube-ovn-addresses.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachine } from '../../kinds/kubevirt.ts';
import { StatefulSet } from '../../kinds/workloads.ts';
import { deletionHasEffect, nobodyOwns, type Orphan } from './orphan-guards.ts';

/** So many at most are deleted on one approval. */
export const mostOrphans = 10;
const goneSeconds = 60;

/** From v1.11.14, v1.12.9 and v1.13.0 on the controller takes the logical port away with the object. */
export const deleteOrphanAddress = defineRemedy({
  id: 'kube-ovn/delete-orphan-address',
  how: 'change',
  does: 'Delete the IP objects whose owners are gone, so that the controller takes their ports away and frees the addresses.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'While the pod, virtual machine, StatefulSet or node of that name exists: its network would be cut.',
    'When the controller is about to collect the port by itself: waiting is safer.',
    'On versions before v1.11.14 and v1.12.9 to get rid of a logical port: only counters change there.',
  ],
  input: z.object({ names: z.array(z.string()).min(1).max(mostOrphans) }),
  reads: [list(Ip), list(Pod), list(VirtualMachine), list(StatefulSet), list(Node), list(Vip)],
  changes: [{ change: 'delete-object', kind: Ip, in: 'everywhere' }],
  proof: { withinSeconds: 300, holdSeconds: 60 },
  async plan({ cluster, now, platform }, { names }) {
    const [objects, pods, machines, sets, nodes, vips] = await Promise.all([
      cluster.list(Ip),
      cluster.list(Pod),
      cluster.list(VirtualMachine),
      cluster.list(StatefulSet),
      cluster.list(Node),
      cluster.list(Vip),
    ]);
    const ports = portsOf(pods, objects, now);
    const holderOf = holderIndex({ ports, pods, machines, sets, nodes, vips });
    const orphans = names.flatMap((name): Orphan[] => {
      const object = objects.find(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined);
      return object === undefined ? [] : [{ object, port: ports.get(name), holder: holderOf(name) }];
    });
    const addresses = orphans.map(({ object: { spec } }) =>
      [spec.v4IpAddress, spec.v6IpAddress].filter(Boolean).join(' and '),
    );
    return {
      preconditions: [
        precondition(
          'Are the objects still there?',
          orphans.length === names.length,
          `${orphans.length} of ${names.length} are, and none of these is being deleted.`,
        ),
        ...(orphans.length === 0 ? [] : nobodyOwns(orphans, now)),
        deletionHasEffect(platform),
      ],
      steps: orphans.map(({ object }) => {
        const { name, uid, resourceVersion } = object.metadata;
        const { apiVersion } = object;
        return {
          does: `Delete the IP object ${name}, which holds ${[object.spec.v4IpAddress, object.spec.v6IpAddress].filter(Boolean).join(' and ')} of subnet ${object.spec.subnet}.`,
          change: { change: 'delete-object', apiVersion, kind: 'IP', plural: 'ips', name, uid, resourceVersion },
          settled: { until: 'object-gone', withinSeconds: goneSeconds },
        };
      }),
      effect: `${listed(addresses)} can be given out again. To take one back, create the IP object anew from the ledger: from v1.13.0 on that reserves the same address.`,
      touches: { nodes: 0, pods: 0 },
    };
  },
});
