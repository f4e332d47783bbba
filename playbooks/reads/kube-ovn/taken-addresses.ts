import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import type { Target } from '../../../src/core/target.ts';
import { type Port, runningOn } from '../../facts/kube-ovn/address-claims.ts';
import type { Holder } from '../../facts/kube-ovn/holders.ts';
import { portName } from '../../facts/kube-ovn/pod-networks.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { isAsked } from './addresses.ts';
import type { Requests } from './requests.ts';

/** An address that is kept for somebody who does not run, while a running pod of another owner has it. */
export type TakenAddress = {
  readonly address: string;
  readonly subnet: string;
  /** What keeps the address: the object of the port whose owner does not run. */
  readonly object: Ip;
  readonly taker: Pod;
  readonly port: string;
};
export type Taken<Keeper extends Holder['is']> = TakenAddress & { readonly keeper: Extract<Holder, { is: Keeper }> };

type Asked = { readonly target: Target; readonly now: Date; readonly settleMilliseconds: number };

/**
 * Addresses that are kept and taken, by who keeps them. Nobody waits for such an address yet: whose owner does, is
 * left to the checks of pods that wait. A pod that is younger than the time to settle may be on its way out again.
 */
export function takenFrom<Keeper extends Holder['is']>(
  keeper: Keeper,
  { book, holderOf, waiting }: Requests,
  { target, now, settleMilliseconds }: Asked,
): Taken<Keeper>[] {
  const running = new Map<string, { port: Port; pod: Pod }>();
  for (const port of book.ports.values()) {
    const [pod] = runningOn(port);
    if (pod === undefined) continue;
    for (const address of port.claims.keys()) running.set(`${book.spaceOf(port.subnet)} ${address}`, { port, pod });
  }
  const wanted = new Set(waiting.flatMap((pod) => [portName(pod, 'ovn'), ownerOf(pod)]));
  return [...book.ports.values()].flatMap((port) => {
    const { object } = port;
    if (object === undefined || port.alive.length > 0) return [];
    return [...port.claims.keys()].flatMap((address) => {
      const other = running.get(`${book.spaceOf(port.subnet)} ${address}`);
      if (other === undefined) return [];
      const holder = holderOf(port.name);
      if (!isHolder(holder, keeper) || wanted.has(port.name)) return [];
      const name = keptFor(holder);
      if (name !== undefined && (wanted.has(name) || ownerOf(other.pod) === name)) return [];
      const born = other.pod.metadata.creationTimestamp;
      if (born !== undefined && now.getTime() - born.getTime() < settleMilliseconds) return [];
      const pods = [other.pod, { metadata: { ...object.metadata, ...namesOf(object) } }];
      if (!isAsked(target, { addresses: [address], subnets: [port.subnet, other.port.subnet], pods })) return [];
      return [{ address, subnet: port.subnet, object, keeper: holder, taker: other.pod, port: other.port.name }];
    });
  });
}

function isHolder<Keeper extends Holder['is']>(holder: Holder, is: Keeper): holder is Extract<Holder, { is: Keeper }> {
  return holder.is === is;
}

/** `machine vms/db`: the same machine by another name of its port is no other owner. */
function keptFor(holder: Holder): string | undefined {
  if (holder.is !== 'stopped-machine') return undefined;
  const { namespace = '', name } = holder.machine.metadata;
  return `machine ${namespace}/${name}`;
}

function ownerOf({ metadata }: Pod): string {
  const machine = metadata.ownerReferences.find(({ kind }) => kind === 'VirtualMachineInstance');
  return `machine ${metadata.namespace ?? ''}/${machine?.name ?? ''}`;
}

function namesOf({ spec }: Ip) {
  return { name: spec.podName, namespace: spec.namespace };
}

/** `keeps 10.16.0.9 of subnet web, but … has it now`: what follows the name of the keeper. */
export function sayTaken({ address, subnet, taker }: TakenAddress): string {
  const pod = `${taker.metadata.namespace ?? ''}/${taker.metadata.name}`;
  return `keeps ${address} of subnet ${subnet}, but the running pod ${pod} of ${nameOf(workloadOf(taker))} has it now`;
}

export function keptEvidence({ address, object }: TakenAddress): Evidence {
  return { from: nameOf(referenceTo(object)), says: `It keeps ${address} of subnet ${object.spec.subnet}.` };
}

export function takerEvidence({ port, taker }: TakenAddress): Evidence {
  const born = taker.metadata.creationTimestamp;
  const since = born === undefined ? '' : ` since ${born.toISOString().slice(0, 19)}Z`;
  return {
    from: nameOf(referenceTo(taker)),
    says: `It is ${taker.status.phase} on node ${taker.spec.nodeName ?? 'unknown'}${since}, and its port ${port} has the address.`,
  };
}

/** Somebody set the address aside by hand (#3667): no second pod has it yet, but whoever it is meant for will. */
export function reservationUsed(taken: TakenAddress, remedy: RemedyOffer): Finding<'kube-ovn/address-conflict'> {
  return {
    code: 'kube-ovn/address-conflict',
    severity: 'warning',
    about: referenceTo(taken.object),
    says: `The reservation ${taken.object.metadata.name} ${sayTaken(taken)}. Whoever the address is reserved for would share it with that pod, or be refused.`,
    confidence: [0.85, 'The IP object is marked as reserved, and a running pod of another name has its address.'],
    evidence: [keptEvidence(taken), takerEvidence(taken)],
    remedies: [remedy],
  };
}
