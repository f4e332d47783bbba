import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { Vip } from '../../kinds/kube-ovn-addresses.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import type { VirtualMachine } from '../../kinds/kubevirt.ts';
import type { StatefulSet } from '../../kinds/workloads.ts';
import { type Port, reservedLabel } from './address-claims.ts';

/** A virtual machine, of which sometimes only its last pod tells. */
export type Machine = {
  readonly metadata: Pick<VirtualMachine['metadata'], 'name' | 'namespace'>;
  readonly status: Pick<VirtualMachine['status'], 'printableStatus'>;
};

/** Who stands behind a logical port. */
export type Holder =
  | { readonly is: 'alive'; readonly pod: Pod }
  /** The port and the address are kept while the machine exists. */
  | { readonly is: 'stopped-machine'; readonly machine: Machine }
  /** Kept for an ordinal of a StatefulSet; not wanted just now when that is scaled down. */
  | { readonly is: 'stateful-set'; readonly set: StatefulSet; readonly isScaledDown: boolean }
  | { readonly is: 'node'; readonly node: string }
  /** Gateways, router ports, virtual addresses and the like. */
  | { readonly is: 'infrastructure'; readonly what: string }
  | { readonly is: 'reserved'; readonly object: string }
  /** A pod of that name is there, but has ended: its address is free. */
  | { readonly is: 'ended'; readonly pod: Pod }
  | { readonly is: 'gone' };

export type Owners = {
  readonly ports: ReadonlyMap<string, Port>;
  readonly pods: readonly Pod[];
  readonly machines: readonly VirtualMachine[];
  readonly sets: readonly StatefulSet[];
  readonly nodes: readonly Node[];
  readonly vips: readonly Vip[];
};

const infrastructure: readonly (readonly [RegExp, string])[] = [
  [/^u2o-interconnection\./, 'the interconnection of underlay and overlay'],
  [/^mcast-querier\./, 'the multicast querier'],
  [/^localnet\./, 'the port to the physical network'],
];

/** An index of owners by name, so that a cluster with many ports is resolved in one pass. */
export function holderIndex(owners: Owners): (port: string) => Holder {
  const nodes = new Set(owners.nodes.map(({ metadata }) => metadata.name));
  // Built with the first port that neither a living pod has nor a node: on most clusters there is none.
  let indexed: ReturnType<typeof indexOf> | undefined;
  return (name) => {
    const port = owners.ports.get(name);
    const [alive] = port?.alive ?? [];
    if (alive !== undefined) return { is: 'alive', pod: alive };
    const isReserved = port?.object?.metadata.labels[reservedLabel] === 'true';
    const special = specialHolder(name, nodes, owners.vips);
    if (special !== undefined) return special;
    // A person may call a reservation what he likes; else a name without a dot is one of the cluster's own.
    if (!isReserved && !name.includes('.')) return { is: 'infrastructure', what: `the port ${name} of OVN itself` };
    indexed ??= indexOf(owners);
    const { pods, machines, sets } = indexed;
    const candidates = candidatesOf(name, port);
    for (const { namespace, owner } of candidates) {
      const machine = machines.get(`${namespace}/${owner}`);
      if (machine !== undefined) return { is: 'stopped-machine', machine };
      const [, stem, ordinal] = /^(.+)-(\d+)$/.exec(owner) ?? [];
      const set = stem === undefined ? undefined : sets.get(`${namespace}/${stem}`);
      if (set !== undefined && set.metadata.deletionTimestamp === undefined) {
        return { is: 'stateful-set', set, isScaledDown: Number(ordinal) >= set.spec.replicas };
      }
    }
    // Whoever keeps an address comes before a pod that had it once: the pod of a stopped machine has ended.
    for (const { namespace, owner } of candidates) {
      const pod = pods.get(`${namespace}/${owner}`);
      if (pod !== undefined) return ended(pod);
    }
    const [last] = port?.pods ?? [];
    if (last !== undefined) return ended(last);
    if (isReserved) return { is: 'reserved', object: name };
    return { is: 'gone' };
  };
}

/** The pod of a machine goes when the machine is deleted: while it is there, the machine is only stopped. */
function ended(pod: Pod): Holder {
  const { namespace, ownerReferences } = pod.metadata;
  const machine = ownerReferences.find(({ kind }) => kind === 'VirtualMachineInstance');
  if (machine === undefined) return { is: 'ended', pod };
  return {
    is: 'stopped-machine',
    machine: { metadata: { name: machine.name, namespace }, status: { printableStatus: '' } },
  };
}

function indexOf(owners: Owners) {
  return {
    pods: byName(owners.pods),
    machines: byName(owners.machines),
    sets: byName(owners.sets),
  };
}

function byName<Named extends { metadata: { name: string; namespace?: string | undefined } }>(
  objects: readonly Named[],
): Map<string, Named> {
  return new Map(objects.map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]));
}

function specialHolder(name: string, nodes: ReadonlySet<string>, vips: readonly Vip[]): Holder | undefined {
  if (name.startsWith('node-') && nodes.has(name.slice('node-'.length)))
    return { is: 'node', node: name.slice('node-'.length) };
  const known = infrastructure.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return { is: 'infrastructure', what: known[1] };
  const vip = vips.find(({ metadata }) => metadata.name === name);
  if (vip !== undefined) return { is: 'infrastructure', what: `the virtual address ${nameOf(referenceTo(vip))}` };
  return undefined;
}

/**
 * The pod names and namespaces that a port's name can be made of. Its IP object says so outright, but for a machine's
 * port it may name the machine's last pod. The name itself is `<pod or machine>.<namespace>[.<provider>]`, and a pod's
 * name may have dots of its own, which a namespace has not.
 */
function candidatesOf(name: string, port: Port | undefined): { owner: string; namespace: string }[] {
  const { podName = '', namespace: written = '' } = port?.object?.spec ?? {};
  const parts = name.split('.');
  const named = parts
    .slice(1)
    .map((namespace, index) => ({ owner: parts.slice(0, index + 1).join('.'), namespace }))
    // What the object says of the namespace rules out the other ways to read the name.
    .filter(({ namespace }) => podName === '' || namespace === written);
  return podName === '' ? named : [{ owner: podName, namespace: written }, ...named];
}

/** Who it is, as the middle of a sentence. */
export function sayHolder(holder: Holder, port: string): string {
  switch (holder.is) {
    case 'alive':
      return `the running ${nameOf(referenceTo(holder.pod))}`;
    case 'stopped-machine':
      return `the virtual machine ${holder.machine.metadata.namespace ?? ''}/${holder.machine.metadata.name}, which is ${holder.machine.status.printableStatus === '' ? 'not running' : holder.machine.status.printableStatus.toLowerCase()}`;
    case 'stateful-set':
      return `an ordinal of ${nameOf(referenceTo(holder.set))}, which keeps its address${holder.isScaledDown ? ' while it is scaled down' : ''}`;
    case 'node':
      return `node ${holder.node}`;
    case 'infrastructure':
      return holder.what;
    case 'reserved':
      return `the reservation ${holder.object}`;
    case 'ended':
      return `${nameOf(referenceTo(holder.pod))}, which has ended`;
    case 'gone':
      return `the logical port ${port}, whose owner is gone`;
  }
}
