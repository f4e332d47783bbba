import type { LogLine } from '../../../src/core/reader.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { missingPortOf } from './log-lines.ts';
import { isAlive } from './pods.ts';

/** A pod that names a subnet or an attachment that does not exist; the reconcile of every subnet asks for it. */
export type Stranded = { readonly pod: Pod; readonly network: string };

/**
 * The newest failure that tells that the networks of some pod could not be told; it does not say of which pod. None
 * where the reconcile has come to a port that is missing since, which is a step later.
 */
export function newestUntoldNetworks(failures: readonly LogLine[]): LogLine | undefined {
  const newest = failures.findLast(({ text }) => tellsOfUntoldNetworks(text) || missingPortOf(text) !== undefined);
  return newest !== undefined && tellsOfUntoldNetworks(newest.text) ? newest : undefined;
}

export function tellsOfUntoldNetworks(text: string): boolean {
  return text.includes('failed to get pod nets') || missingNetworkOf(text) !== undefined;
}

/** `lab-net` of `subnets.kubeovn.io "lab-net" not found`, and of the same about a NetworkAttachmentDefinition. */
function missingNetworkOf(text: string): string | undefined {
  return /(?:subnets?\.kubeovn\.io|network-?attachment-?definitions?\.k8s\.cni\.cncf\.io) \\?"([^"\\]+)\\?" not found/i.exec(
    text,
  )?.[1];
}

/** Living pods of the pod network that name a subnet which is gone, or the attachment that the failure names. */
export function strandedPods(
  failure: LogLine,
  subnets: ReadonlySet<string>,
  pods: readonly Pod[],
  now: Date,
): Stranded[] {
  const named = missingNetworkOf(failure.text);
  return pods.flatMap((pod) => {
    if (pod.spec.hostNetwork || pod.spec.nodeName === undefined || !isAlive(pod, now)) return [];
    const network = goneSubnetOf(pod, subnets) ?? attachmentOf(pod, named);
    return network === undefined || (named !== undefined && network !== named) ? [] : [{ pod, network }];
  });
}

function goneSubnetOf(pod: Pod, subnets: ReadonlySet<string>): string | undefined {
  return Object.entries(pod.metadata.annotations).find(
    ([key, value]) => key.endsWith('.kubernetes.io/logical_switch') && value !== '' && !subnets.has(value),
  )?.[1];
}

/** Multus takes `name`, `namespace/name` and `name@interface`, after commas or as the `name` of JSON. */
function attachmentOf(pod: Pod, named: string | undefined): string | undefined {
  if (named === undefined) return undefined;
  const asked = pod.metadata.annotations['k8s.v1.cni.cncf.io/networks'] ?? '';
  const names = asked.split(/[\s,"[\]{}@]+/).map((word) => word.split('/').at(-1));
  return names.includes(named.split('/').at(-1)) ? named : undefined;
}
