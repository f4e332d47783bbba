import type { Sight } from '../../../src/core/check.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { nameOf, type ObjectReference, referenceTo, sameObject } from '../../../src/core/reference.ts';
import { type Port, runningOn } from '../../facts/kube-ovn/address-claims.ts';
import { type Holder, holderIndex } from '../../facts/kube-ovn/holders.ts';
import { failedSync } from '../../facts/kube-ovn/log-lines.ts';
import { networksOf, type PodNetwork, poolAddressesOf, poolOf, portName } from '../../facts/kube-ovn/pod-networks.ts';
import { isAlive, subnetOf } from '../../facts/kube-ovn/pods.ts';
import { annotations, controller, installed } from '../../facts/kube-ovn/product.ts';
import { mostTelling, type Refusal, refusalOf } from '../../facts/kube-ovn/refusals.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { cidrContains, splitDualStack } from '../../facts/network/cidr.ts';
import { Event } from '../../kinds/events.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Vip } from '../../kinds/kube-ovn-addresses.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachine } from '../../kinds/kubevirt.ts';
import { StatefulSet } from '../../kinds/workloads.ts';
import { type AddressBook, addressReads, readAddressBook } from './addresses.ts';
import { controllerLogReads, type PodLog, readControllerLogs } from './controller-logs.ts';

/** Reasons of pod events that tell of an address that was not given, by the controller and by the kubelet. */
const reasons = ['AcquireAddressFailed', 'CreateOVNPortFailed', 'ValidatePodNetworkFailed', 'FailedCreatePodSandBox'];

export const requestReads: readonly Read[] = [
  ...addressReads,
  ...controllerLogReads,
  list(Event),
  list(VirtualMachine),
  list(StatefulSet),
  list(Node),
  list(Vip),
];

/** A pod that has waited too long for an address, why it was refused, and who holds what it asked for. */
export type Request = {
  readonly pod: Pod;
  readonly workload: ObjectReference;
  readonly port: string;
  readonly subnet: string;
  readonly refusal: Refusal;
  /** `kept`: its own from before, of a virtual machine or a StatefulSet. `static`: written in its template. */
  readonly wants: 'any' | 'static' | 'kept';
  readonly address: string | undefined;
  /** The port that holds the address, and who stands behind it. */
  readonly heldBy: { readonly port: string; readonly holder: Holder } | undefined;
  readonly firstRefused: Date | undefined;
  readonly evidence: readonly [Evidence, ...Evidence[]];
};

export type Requests = {
  readonly book: AddressBook;
  readonly refused: readonly Request[];
  /** Every pod that waits for an address longer than `waitSeconds`. */
  readonly waiting: readonly Pod[];
  readonly logs: readonly PodLog[];
  readonly holderOf: (port: string) => Holder;
};

/** Events and logs are read only when a pod waits: they are large, and say nothing when none does. */
export async function readRequests(
  sight: Pick<Sight, 'cluster' | 'platform' | 'now' | 'target'>,
  waitSeconds: number,
): Promise<Requests> {
  const { cluster, platform, now } = sight;
  const book = await readAddressBook(sight);
  const [machines, sets, nodes, vips] = await Promise.all([
    cluster.list(VirtualMachine),
    cluster.list(StatefulSet),
    cluster.list(Node),
    cluster.list(Vip),
  ]);
  const holderOf = holderIndex({ ...book, machines, sets, nodes, vips });
  const waiting = book.pods.filter((pod) => waitsForAddress(pod, now, waitSeconds));
  if (waiting.length === 0) return { book, refused: [], waiting, logs: [], holderOf };
  const { namespace } = installed(platform);
  const controllers = await cluster.list(Pod, { namespace, labels: controller.labels });
  const [logs, ...events] = await Promise.all([
    readControllerLogs(cluster, controllers),
    ...reasons.map(async (reason) => cluster.list(Event, { fields: `reason=${reason}` })),
  ]);
  const told = toldByPod(events.flat(), logs);
  const holders = holdersOf(book);
  const refused = waiting.flatMap((pod) => {
    const request = requestOf(pod, told.get(keyOf(pod)) ?? [], { book, holders, holderOf });
    return request === undefined ? [] : [request];
  });
  return { book, refused, waiting, logs, holderOf };
}

/** Scheduled and not started. The kubelet may call it Running again when only its sandbox is missing. */
function waitsForAddress(pod: Pod, now: Date, waitSeconds: number): boolean {
  // Of a hundred thousand pods few are: that is asked first.
  if (pod.status.phase !== 'Pending') return false;
  const { creationTimestamp, deletionTimestamp } = pod.metadata;
  if (pod.spec.hostNetwork || pod.spec.nodeName === undefined || deletionTimestamp !== undefined) return false;
  if (!isAlive(pod, now)) return false;
  if (pod.status.containerStatuses.some(({ ready, state }) => ready || state.running !== undefined)) return false;
  return creationTimestamp === undefined || now.getTime() - creationTimestamp.getTime() >= waitSeconds * 1000;
}

type Told = {
  readonly refusal: Refusal;
  readonly at: Date | undefined;
  readonly last: Date | undefined;
  readonly evidence: Evidence;
};

function keyOf({ metadata }: Pick<Pod, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** What events and the controllers' logs say about each pod, by `namespace/pod`. */
function toldByPod(events: readonly Event[], logs: readonly PodLog[]): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  const tell = (key: string, one: Told) => told.set(key, [...(told.get(key) ?? []), one]);
  for (const event of events) {
    const { involvedObject, message, reason } = event;
    if (involvedObject.kind !== 'Pod') continue;
    const refusal =
      refusalOf(message) ?? (reason === 'AcquireAddressFailed' ? refusalOf(`AddressConflict ${message}`) : undefined);
    if (refusal === undefined) continue;
    const key = `${involvedObject.namespace ?? ''}/${involvedObject.name}`;
    const at = event.firstTimestamp ?? event.eventTime ?? undefined;
    const last = event.lastTimestamp ?? event.series?.lastObservedTime ?? at;
    tell(key, { refusal, at, last, evidence: eventEvidence(event, key) });
  }
  for (const { log } of logs) {
    for (const line of log.lines) {
      const failed = failedSync(line.text);
      const refusal = failed === undefined ? undefined : refusalOf(failed.error);
      if (failed === undefined || refusal === undefined) continue;
      tell(failed.key, {
        refusal,
        at: line.at,
        last: line.at,
        evidence: lineEvidence(log.from, line, log.lines.length),
      });
    }
  }
  return told;
}

function eventEvidence({ reason, message, count, series }: Event, pod: string): Evidence {
  const times = count ?? series?.count ?? 1;
  const often = times === 1 ? 'once' : `${times} times`;
  return { from: `Event ${reason} of pod ${pod}`, says: `It was reported ${often}: ${message}` };
}

function lineEvidence(from: string, { at, text }: LogLine, outOf: number): Evidence {
  const line = at === undefined ? text : `${at.toISOString()} ${text}`;
  return { from, says: 'The controller says why the pod got no address.', lines: [line], outOf };
}

/** The ports that claim an address, by space and address. */
function holdersOf(book: AddressBook): Map<string, Port[]> {
  const holders = new Map<string, Port[]>();
  for (const port of book.ports.values()) {
    for (const address of port.claims.keys()) {
      const key = `${book.spaceOf(port.subnet)} ${address}`;
      holders.set(key, [...(holders.get(key) ?? []), port]);
    }
  }
  return holders;
}

type Index = {
  readonly book: AddressBook;
  readonly holders: ReadonlyMap<string, readonly Port[]>;
  readonly holderOf: (port: string) => Holder;
};

function requestOf(pod: Pod, all: readonly Told[], { book, holders, holderOf }: Index): Request | undefined {
  const born = pod.metadata.creationTimestamp;
  // A StatefulSet's pod has the name of the one before it, and what was said of that is no news.
  const told = all.filter(({ last }) => last === undefined || born === undefined || last >= born);
  const asked = networksOf(pod).find(({ isAllocated }) => !isAllocated);
  const port = asked?.port ?? keptPortOf(pod, book) ?? portName(pod, 'ovn');
  const best = mostTelling(told) ?? unsaid(pod, asked, { book, holders, holderOf });
  if (best === undefined) return undefined;
  const { refusal } = best;
  const object = book.ports.get(port)?.object;
  const named = 'address' in refusal ? refusal.address : undefined;
  const written = asked?.subnet || pod.metadata.annotations[annotations.subnet] || object?.spec.subnet;
  const own = (refusal.is === 'duplicate' ? refusal.subnet : undefined) || written || subnetFor(pod, named, book);
  const kept = keptAddresses(pod, book.ports.get(port));
  const isTaken = (one: string) => othersOf(port, own, one, { book, holders }).length > 0;
  const pool = poolAddressesOf(pod);
  // While one address of a pool is free, none of the others is what the pod waits for.
  const wished = [...kept, ...(asked?.addresses ?? []), ...(pool.every(isTaken) ? pool : [])];
  const address = named ?? wished.find(isTaken) ?? wished[0];
  const namedPort = 'port' in refusal ? refusal.port : undefined;
  const others = address === undefined ? [] : othersOf(port, own, address, { book, holders });
  const holding = namedPort ?? (others.find((other) => runningOn(other).length > 0) ?? others[0])?.name;
  const isStatic = poolOf(pod) !== undefined || (address !== undefined && (asked?.addresses ?? []).includes(address));
  const keeps = ['VirtualMachineInstance', 'StatefulSet'].includes(pod.metadata.ownerReferences[0]?.kind ?? '');
  const isKept = keeps && ((address !== undefined && kept.includes(address)) || isStatic);
  return {
    pod,
    workload: workloadOf(pod),
    port,
    subnet: own,
    refusal,
    wants: isKept ? 'kept' : isStatic ? 'static' : 'any',
    address,
    heldBy: holding === undefined || holding === port ? undefined : { port: holding, holder: holderOf(holding) },
    firstRefused: told.flatMap(({ at }) => at ?? []).sort((left, right) => left.getTime() - right.getTime())[0],
    evidence: [
      best.evidence,
      waitingEvidence(pod),
      ...told
        .filter((one) => one !== best)
        .slice(0, 2)
        .map(({ evidence }) => evidence),
    ],
  };
}

/** Events expire and logs are cut: that a running pod has what this one asks for explains the waiting all the same. */
function unsaid(pod: Pod, asked: PodNetwork | undefined, { book, holders }: Index): Told | undefined {
  if (asked === undefined || asked.subnet === '') return undefined;
  for (const address of asked.addresses) {
    const holder = othersOf(asked.port, asked.subnet, address, { book, holders }).find(
      (other) => runningOn(other).length > 0,
    );
    if (holder === undefined) continue;
    return {
      refusal: { is: 'conflict', address, port: holder.name },
      at: undefined,
      last: undefined,
      evidence: {
        from: `${nameOf(referenceTo(pod))}, annotations`,
        says: `It asks for ${address} of subnet ${asked.subnet}, which the running port ${holder.name} has. No event and no line of the log tells of a refusal.`,
      },
    };
  }
  return undefined;
}

function waitingEvidence(pod: Pod): Evidence {
  const reason = pod.status.containerStatuses.find(({ state }) => state.waiting !== undefined)?.state.waiting?.reason;
  const waits = reason === undefined ? '' : `, and its container waits with ${reason}`;
  return {
    from: nameOf(referenceTo(pod)),
    says: `It is ${pod.status.phase} on node ${pod.spec.nodeName ?? 'none'}${waits}.`,
  };
}

/**
 * Where a pod that says nothing gets its address: the subnet of its namespace, else that of the other pods of its
 * workload, else the default one; and where that does not hold the address that was refused, the one that does.
 */
function subnetFor(pod: Pod, address: string | undefined, { subnets, pods }: AddressBook): string {
  const all = [...subnets.values()];
  const holds = ({ spec }: Subnet) =>
    address === undefined || splitDualStack(spec.cidrBlock).some((block) => cidrContains(block, address));
  const bound = all.filter(({ spec }) => (spec.namespaces ?? []).includes(pod.metadata.namespace ?? ''));
  const { namespace } = pod.metadata;
  const workload = workloadOf(pod);
  const siblings = pods.filter((one) => one.metadata.namespace === namespace && sameObject(workloadOf(one), workload));
  const shared = siblings.flatMap((one) => subnets.get(subnetOf(one) ?? '') ?? []);
  const usual = [...bound, ...shared, ...all.filter(({ spec }) => spec.default)];
  return (usual.find(holds) ?? all.find(holds) ?? usual[0])?.metadata.name ?? '';
}

/** The annotation that names the machine comes with the address: until then only the owner tells whose port it is. */
function keptPortOf({ metadata }: Pod, { ports }: AddressBook): string | undefined {
  const machine = metadata.ownerReferences.find(({ kind }) => kind === 'VirtualMachineInstance');
  const port = machine === undefined ? undefined : `${machine.name}.${metadata.namespace ?? ''}`;
  return port !== undefined && ports.has(port) ? port : undefined;
}

/** An IP object that is older than the pod was kept for it; a younger one was only made for this try. */
function keptAddresses(pod: Pod, port: Port | undefined): string[] {
  const made = port?.object?.metadata.creationTimestamp;
  const born = pod.metadata.creationTimestamp;
  if (port?.object === undefined || made === undefined || born === undefined || made >= born) return [];
  return [...port.claims].filter(([, sources]) => sources.has('IP object')).map(([address]) => address);
}

function othersOf(
  port: string,
  subnet: string,
  address: string,
  { book, holders }: Pick<Index, 'book' | 'holders'>,
): Port[] {
  return (holders.get(`${book.spaceOf(subnet)} ${address}`) ?? []).filter(({ name }) => name !== port);
}
