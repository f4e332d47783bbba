import type { LogLine } from '../../../src/core/reader.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { isFinished, isReady } from '../kubernetes/pods.ts';
import { splitDualStack } from '../network/cidr.ts';
import { routeChange } from './log-lines.ts';
import { isOnSubnet } from './pods.ts';

/** What a daemon last did with the routes of a subnet on its node. */
export function lastRouteChange(
  subnet: Subnet,
  lines: readonly LogLine[],
): { does: 'removes' | 'adds'; line: LogLine } | undefined {
  const blocks = splitDualStack(subnet.spec.cidrBlock);
  for (const line of lines.toReversed()) {
    const change = routeChange(line.text);
    if (change?.blocks.some((block) => blocks.includes(block)) === true) return { does: change.does, line };
  }
  return undefined;
}

export type AffectedPods = {
  readonly total: number;
  readonly notReady: readonly Pod[];
  readonly nodes: readonly string[];
  /** At least three pods on two nodes, or a fifth of all: more than a few workloads with troubles of their own. */
  readonly isWidespread: boolean;
};

export function affectedPods(subnet: string, pods: readonly Pod[]): AffectedPods {
  const own = pods.filter((pod) => isOnSubnet(pod, subnet) && !isFinished(pod));
  const notReady = own.filter((pod) => !isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  const nodes = [...new Set(notReady.flatMap(({ spec }) => spec.nodeName ?? []))].sort();
  const isWidespread =
    notReady.length > 0 && ((notReady.length >= 3 && nodes.length >= 2) || notReady.length >= own.length * 0.2);
  return { total: own.length, notReady, nodes, isWidespread };
}
