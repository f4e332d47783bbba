import type { Severity } from './finding.ts';
import { type ObjectReference, sameObject } from './reference.ts';

export type Caused = { readonly code: string; readonly severity: Severity; readonly confidence: number };
type LeadsTo = Readonly<Record<string, readonly string[]>>;

const weights: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/**
 * Every found code that brings `code` about, over codes that were not found in between; nearest found ones only. What was
 * found apart from it, such as on other nodes, is neither its cause nor a step on the way to it.
 */
export function causesOf(
  code: string,
  found: ReadonlySet<string>,
  leadsTo: LeadsTo,
  apart: ReadonlySet<string> = new Set(),
): string[] {
  const causes = new Set<string>();
  const visited = new Set([code]);
  const open = [code];
  for (let effect = open.pop(); effect !== undefined; effect = open.pop()) {
    for (const [cause, effects] of Object.entries(leadsTo)) {
      if (!effects.includes(effect) || visited.has(cause)) continue;
      visited.add(cause);
      if (found.has(cause)) causes.add(cause);
      else if (!apart.has(cause)) open.push(cause);
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

type Placed = Caused & {
  readonly about: ObjectReference;
  readonly causedBy: readonly string[];
  readonly causes?: readonly Cause[] | undefined;
};
type Cause = { readonly code: string; readonly about: ObjectReference };

/**
 * Lays findings out as a tree: each below one cause, roots at depth 0. Of several causes it stands below the deepest,
 * and among findings of that code below the one about the same object. Findings keep their order among siblings.
 */
export function arrange<Item extends Placed>(items: readonly Item[]): { item: Item; depth: number }[] {
  const parents = new Map(items.map((item) => [item, parentOf(item, items)]));
  const laid: { item: Item; depth: number }[] = [];
  const lay = (item: Item, depth: number) => {
    if (laid.some((one) => one.item === item)) return;
    laid.push({ item, depth });
    for (const child of items) if (parents.get(child) === item) lay(child, depth + 1);
  };
  for (const item of items) if (parents.get(item) === undefined) lay(item, 0);
  // What is left causes itself in a circle.
  for (const item of items) lay(item, 0);
  return laid;
}

function parentOf<Item extends Placed>(item: Item, items: readonly Item[]): Item | undefined {
  const causes = items.filter((other) => other !== item && isCauseOf(other, item));
  const deepest = Math.max(...causes.map((cause) => depthOf(cause, items, new Set([item.code]))));
  const nearest = causes.filter((cause) => depthOf(cause, items, new Set([item.code])) === deepest);
  return nearest.find(({ about }) => sameObject(about, item.about)) ?? nearest[0];
}

/** Reports of before say only the codes. */
function isCauseOf(other: Placed, { causedBy, causes }: Placed): boolean {
  if (!causedBy.includes(other.code)) return false;
  return (
    causes === undefined || causes.some(({ code, about }) => code === other.code && sameObject(about, other.about))
  );
}

function depthOf(item: Placed, items: readonly Placed[], visited: ReadonlySet<string>): number {
  const causes = items.filter((other) => isCauseOf(other, item) && !visited.has(other.code));
  if (causes.length === 0) return 0;
  const seen = new Set([...visited, item.code]);
  return 1 + Math.max(...causes.map((cause) => depthOf(cause, items, seen)));
}
