import type { PathAnswer } from '../../../src/core/reader.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { isApiServerTrouble, linesBetween } from '../../facts/kube-ovn/log-lines.ts';
import { annotations } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import type { VirtualMachine } from '../../kinds/kubevirt.ts';
import type { PodLog } from '../../reads/kube-ovn/controller-logs.ts';
import type { ReadyEndpoints } from '../../reads/kube-ovn/databases.ts';

function toConfirm(asks: string, because: string): Precondition {
  return { asks, holds: 'confirm', because };
}

/** With one replica nobody takes over: allowed, because that replica may be what is stuck, but not silently. */
export function anotherIsReady(replicas: number | undefined, pods: readonly Pod[], leader: Pod): Precondition {
  const asks = 'Is another controller ready to take over?';
  const others = pods.filter((pod) => pod.metadata.name !== leader.metadata.name && isReady(pod));
  const names = others.map(({ metadata }) => metadata.name);
  if (others.length > 0)
    return precondition(asks, true, `${listed(names)} ${names.length === 1 ? 'is' : 'are'} ready.`);
  if (replicas === 1) {
    return toConfirm(asks, 'There is only one replica: no pod gets an address until it is back.');
  }
  return precondition(asks, false, `Of ${replicas ?? pods.length} replicas, none but the leader is ready.`);
}

/** Without exactly one leader of each database a new controller could not even start. */
export function databasesAreLed(endpoints: readonly ReadyEndpoints[]): Precondition {
  const counts = endpoints.map(({ service, ready }) => `${service} has ${ready.length}`);
  return precondition(
    'Has each OVN database, and ovn-northd, exactly one leader?',
    endpoints.every(({ ready }) => ready.length === 1),
    `Of ready endpoints, ${listed(counts)}.`,
  );
}

/** One node without it holds up a starting controller for ever, and with it every new pod of the cluster. */
export function everyNodeIsAllocated(nodes: readonly Node[]): Precondition {
  const without = nodes.filter(({ metadata }) => metadata.annotations[annotations.allocated] !== 'true');
  const names = without.map(({ metadata }) => metadata.name);
  return precondition(
    'Has every node its address from kube-ovn?',
    nodes.length > 0 && without.length === 0,
    names.length === 0
      ? `All ${nodes.length} nodes carry ${annotations.allocated}="true".`
      : `${listed(names)} ${names.length === 1 ? 'lacks' : 'lack'} ${annotations.allocated}="true"; a new leader would wait for ${names.length === 1 ? 'it' : 'them'} for ever.`,
  );
}

export function apiServerIsReady({ status, body }: PathAnswer): Precondition {
  const first = body.split('\n')[0]?.slice(0, 120) ?? '';
  return precondition(
    'Does the API server say that it is ready?',
    status === 200,
    status === 200 ? '/readyz answers 200.' : `/readyz answers ${status}: ${first}`,
  );
}

export const quietSeconds = 120;

/** A new leader would lose its lock just as the old one did. */
export function apiServerIsQuiet(logs: readonly PodLog[], now: Date): Precondition {
  const asks = `Has the controller had no trouble with the API server for ${quietSeconds / 60} minutes?`;
  if (logs.length === 0) return { asks, holds: 'unknown', because: 'No controller has a log to read.' };
  const from = new Date(now.getTime() - quietSeconds * 1000);
  const lines = logs.flatMap(({ log }) => linesBetween(log, from, now)).filter(({ text }) => isApiServerTrouble(text));
  const because =
    lines.length === 0
      ? `No time-out of the API server stands in the last ${quietSeconds / 60} minutes of ${logs.length} controller logs.`
      : `${lines.length} log ${lines.length === 1 ? 'line tells' : 'lines tell'} of time-outs within the last ${quietSeconds / 60} minutes.`;
  return precondition(asks, lines.length === 0, because);
}

const stoppedStates = ['', 'Stopped', 'Stopping'];

/** Before #1974 a starting controller forgot the addresses that stopped virtual machines keep, and gave them away. */
export function machinesKeepAddresses(
  version: string | undefined,
  keepVmIp: boolean,
  machines: readonly VirtualMachine[],
): Precondition {
  const asks = 'Do stopped virtual machines keep their addresses when the controller starts anew?';
  const stopped = machines.filter(({ status }) => stoppedStates.includes(status.printableStatus));
  const names = stopped.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  const restored = has(version, changes.vmAddressesRestored);
  if (restored === true) return precondition(asks, true, `kube-ovn ${version} restores them.`);
  if (names.length === 0) return precondition(asks, true, 'There is no stopped virtual machine.');
  if (!keepVmIp) return precondition(asks, true, 'Virtual machines do not keep addresses here (--keep-vm-ip is off).');
  const which =
    restored === undefined
      ? 'The version is not known, and old ones'
      : `kube-ovn ${version}, ${unlessBackported(changes.vmAddressesRestored)},`;
  const verb = restored === undefined ? 'give' : 'gives';
  const may = `${which} ${verb} their addresses to other pods.`;
  return toConfirm(asks, `${names.length} stopped: ${listed(names, 20)}. ${may}`);
}

export const massDeletionPods = 50;

/** Deletions that happen while no controller leads can leave addresses held or given twice (#4304). */
export function noMassDeletion(pods: readonly Pod[]): Precondition {
  const asks = 'Are few pods being deleted just now?';
  const terminating = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
  const because = `${terminating} ${terminating === 1 ? 'pod is' : 'pods are'} terminating; up to ${massDeletionPods} are harmless.`;
  return terminating > massDeletionPods
    ? toConfirm(asks, `${because} Deletions that no leader sees can leave addresses in conflict (#4304).`)
    : precondition(asks, true, because);
}

/** A new leader fails on the same pod again, unless that is gone or got its port in the meantime. */
export function noPortIsMissing(names: readonly string[]): Precondition {
  const asks = 'Is every pod gone that the reconcile stops at?';
  return names.length === 0
    ? precondition(asks, true, 'No running pod is named as one without a logical port.')
    : toConfirm(
        asks,
        `${listed(names)} still ${names.length === 1 ? 'runs' : 'run'}: recreate first, or the new leader may stop there too.`,
      );
}
