import type { LogLine } from '../../../src/core/reader.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { splitDualStack } from '../network/cidr.ts';
import { oncePerList } from '../once.ts';
import { routeChange } from './log-lines.ts';
import { failedRoute } from './node-log-lines.ts';

/** A failure belongs to the route whose addition was announced just before it. */
const belongsMilliseconds = 5000;

export type RouteTrouble = {
  readonly block: string;
  readonly line: LogLine;
  /** `removed`: the daemon took it away and has not put it back. `refused`: the kernel did not take it. */
  readonly is: 'removed' | 'refused';
  /** The kernel's answer, of a refused route. */
  readonly because: string;
};

/** Where the newest line about each block stands. There are thousands of subnets: the lines are gone through once. */
const newestWords = oncePerList((lines: readonly LogLine[]): ReadonlyMap<string, number> => {
  const newest = new Map<string, number>();
  lines.forEach(({ text }, index) => {
    for (const block of routeChange(text)?.blocks ?? []) newest.set(block, index);
  });
  return newest;
});

/**
 * What is wrong with the routes of a subnet on a node, as its daemon tells. Each block of a dual stack subnet has a
 * history of its own, and only the newest word about it counts.
 */
export function routeTroubles(subnet: Subnet, lines: readonly LogLine[]): RouteTrouble[] {
  const newest = newestWords(lines);
  return splitDualStack(subnet.spec.cidrBlock).flatMap((block): RouteTrouble[] => {
    const index = newest.get(block);
    const line = index === undefined ? undefined : lines[index];
    if (index === undefined || line === undefined) return [];
    if (routeChange(line.text)?.does === 'removes') return [{ block, line, is: 'removed', because: '' }];
    const refusal = refusalAfter(lines, index);
    return refusal === undefined ? [] : [{ block, line: refusal.line, is: 'refused', because: refusal.because }];
  });
}

function refusalAfter(lines: readonly LogLine[], index: number): { line: LogLine; because: string } | undefined {
  const announced = lines[index]?.at?.getTime();
  for (const line of lines.slice(index + 1)) {
    if (routeChange(line.text) !== undefined) return undefined;
    if (announced !== undefined && (line.at?.getTime() ?? 0) - announced > belongsMilliseconds) return undefined;
    const failure = failedRoute(line.text);
    if (failure !== undefined) return { line, because: failure.because };
  }
  return undefined;
}
