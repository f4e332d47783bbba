import type { Severity } from './finding.ts';

export type Caused = { readonly code: string; readonly severity: Severity; readonly confidence: number };
type LeadsTo = Readonly<Record<string, readonly string[]>>;

const weights: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** Every found code that brings `code` about, over codes that were not found in between; nearest found ones only. */
export function causesOf(code: string, found: ReadonlySet<string>, leadsTo: LeadsTo): string[] {
  const causes = new Set<string>();
  const visited = new Set([code]);
  const open = [code];
  for (let effect = open.pop(); effect !== undefined; effect = open.pop()) {
    for (const [cause, effects] of Object.entries(leadsTo)) {
      if (!effects.includes(effect) || visited.has(cause)) continue;
      visited.add(cause);
      if (found.has(cause)) causes.add(cause);
      else open.push(cause);
    }
  }
  return [...causes].sort();
}

/**
 * Orders findings for reading: a cause before what it brings about; among equals the worse and surer first.
 * Codes that cause each other in a circle keep the order of their weight.
 */
export function rootsFirst<Item extends Caused>(
  items: readonly Item[],
  causedBy: (item: Item) => readonly string[],
): Item[] {
  const waiting = [...items].sort(
    (left, right) =>
      weights[left.severity] - weights[right.severity] ||
      right.confidence - left.confidence ||
      left.code.localeCompare(right.code),
  );
  const ordered: Item[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex((item) =>
      causedBy(item).every((cause) => !waiting.some((other) => other !== item && other.code === cause)),
    );
    ordered.push(...waiting.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** Lays found codes out as a tree: each under its nearest cause, roots at depth 0. */
export function depthOf(code: string, causedBy: Readonly<Record<string, readonly string[]>>): number {
  let depth = 0;
  const visited = new Set<string>();
  for (let current = code; ; depth += 1) {
    visited.add(current);
    const cause = causedBy[current]?.find((candidate) => !visited.has(candidate));
    if (cause === undefined) return depth;
    current = cause;
  }
}
