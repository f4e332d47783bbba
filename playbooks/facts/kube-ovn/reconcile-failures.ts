import type { Log, LogLine } from '../../../src/core/reader.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { failedSync, missingPortOf } from './log-lines.ts';
import { isAlive, logicalPortOf } from './pods.ts';

/** A port group is named after subnet and node, with dots for hyphens: `ovn.default.node.1`. */
function portGroupPrefix(subnet: string): string {
  return `${subnet.replaceAll('-', '.')}.`;
}

/** Whether a line of the controller tells of a failed reconcile of this subnet. */
export function tellsOfFailure(text: string, subnet: string): boolean {
  const named = /reconcile (?:subnet for|OVN route for subnet|gateway for subnet) (\S+) failed/.exec(text)?.[1];
  if (named !== undefined) return named === subnet;
  const group = /failed to set ports to port group (\S+?),? /.exec(text)?.[1];
  if (group !== undefined) return group.startsWith(portGroupPrefix(subnet));
  const failed = failedSync(text);
  // The key of a pod has a slash and that of a node or VLAN may be any name: the action tells, where there is one.
  return failed?.key === subnet && (failed.action === undefined || failed.action.includes('subnet'));
}

export function failuresOf(subnet: string, log: Log): LogLine[] {
  return log.lines.filter(({ text }) => tellsOfFailure(text, subnet));
}

/** The logical port that the newest failure stopped at. Older failures may have met others, which are settled. */
export function newestMissingPort(failures: readonly LogLine[]): { port: string; line: LogLine } | undefined {
  for (const line of failures.toReversed()) {
    const port = missingPortOf(line.text);
    if (port !== undefined) return { port, line };
  }
  return undefined;
}

/** The pod that a logical port belongs to, if it still lives: `<pod>.<namespace>`, further NICs with `.<provider>`. */
export function podOfPort(port: string, pods: readonly Pod[], now: Date): Pod | undefined {
  return pods.find((pod) => {
    const own = logicalPortOf(pod);
    return (port === own || port.startsWith(`${own}.`)) && isAlive(pod, now);
  });
}
