import type { LogLine } from '../../../src/core/reader.ts';

/** kube-ovn-cni could not put a route on its node; the text behind it is the kernel's: `file exists`. */
export function failedRoute(text: string): { because: string } | undefined {
  const match = /failed to (?:add|replace) route (.*)$/.exec(text);
  if (match === null) return undefined;
  const written = match[1] ?? '';
  return { because: written.slice(written.lastIndexOf('}') + 1).replace(/^[:\s]+/, '') };
}

/** What kube-ovn-cni prints when its node does not reach the gateway of the join subnet, or has lost the way to it. */
const joinGatewayLost = [
  /failed to ping \S+ gateway/,
  /network not ready after \d+ ping/,
  /(?:node nic ovn0|ovn0 nic) is down/,
  /failed to init ovn0 check/,
  /network \S+ with gateway \S+ is not ready for interface ovn0/,
];

export function tellsOfLostJoinGateway(text: string): boolean {
  return joinGatewayLost.some((pattern) => pattern.test(text));
}

/** The node that a starting controller waits for. It looks every 3 s and names the first node it meets, no other. */
export function awaitedNode(text: string): string | undefined {
  return /wait node (\S+) annotation ready/.exec(text)?.[1];
}

/** The logical switch that the controller says it does not know; the quotes are escaped in wrapped errors. */
export function unknownSwitch(text: string): string | undefined {
  return /not found logical switch \\?"([^"\\]+)\\?"/.exec(text)?.[1];
}

/** The database already holds what the controller wants to make, because its cache has forgotten it. */
export function tellsOfIdenticalValues(text: string): boolean {
  return /error occurred in transact[\s\S]*identical values/.test(text);
}

/** From the first to the last of some lines, in milliseconds; 0 when fewer than two of them carry a time. */
export function spread(lines: readonly LogLine[]): number {
  const times = lines.flatMap(({ at }) => at?.getTime() ?? []);
  return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
}

export function lastTimeOf(lines: readonly LogLine[]): Date | undefined {
  const times = lines.flatMap(({ at }) => at?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
