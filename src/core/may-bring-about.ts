import type { Finding } from './finding.ts';

type Bounded = Pick<Finding, 'nodes' | 'concerns' | 'since'>;

/** What began this much after something is no cause of it, however far clocks and controllers lag behind. */
const lagMilliseconds = 600_000;

/**
 * That one code leads to another says what may be; this says whether it may be so between these two. They have to meet
 * on a node, and on an object of every sort that both name, and the cause must not be the younger one. What a finding does
 * not say keeps nothing apart.
 */
export function mayBringAbout(cause: Bounded, effect: Bounded): boolean {
  return meet(cause.nodes, effect.nodes) && meetOnObjects(cause, effect) && !isYounger(cause, effect);
}

function meet(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  const names = new Set(other);
  return one.some((name) => names.has(name));
}

function meetOnObjects({ concerns: one = {} }: Bounded, { concerns: other = {} }: Bounded): boolean {
  return Object.entries(one).every(([sort, names]) => meet(names, other[sort]));
}

function isYounger(cause: Bounded, effect: Bounded): boolean {
  if (cause.since === undefined || effect.since === undefined) return false;
  return cause.since.getTime() - effect.since.getTime() > lagMilliseconds;
}
