import { z } from 'zod';
import { Change, type ChangeName } from './change.ts';
import type { Kind } from './kind.ts';
import type { Place, Read } from './read.ts';
import type { Sight } from './sight.ts';

export const Risk = z.enum(['none', 'low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/** What must hold after a step before the next one is made. Reached late or never, the fix stops there. */
export const Settled = z.discriminatedUnion('until', [
  /** Nothing to wait for: the API server has stored it. */
  z.object({ until: z.literal('stored') }),
  z.object({ until: z.literal('object-gone'), withinSeconds: z.number().int() }),
  /** The changed pod is gone and this many pods of the selector are Ready. */
  z.object({
    until: z.literal('pods-ready'),
    namespace: z.string(),
    labels: z.string(),
    atLeast: z.number().int().min(1),
    withinSeconds: z.number().int(),
  }),
]);
export type Settled = z.infer<typeof Settled>;

/** One operation of a fix, or, where `change` is absent, one thing that a person does. */
export const Step = z.object({
  /** A whole sentence with the object's name in it. */
  does: z.string(),
  change: Change.optional(),
  settled: Settled.optional(),
});
export type Step = z.infer<typeof Step>;

/** A guard, evaluated. `unknown` refuses like `no`; `confirm` is allowed but must be read before approving. */
export const Precondition = z.object({
  asks: z.string(),
  holds: z.enum(['yes', 'no', 'unknown', 'confirm']),
  because: z.string(),
});
export type Precondition = z.infer<typeof Precondition>;

/** A remedy worked out for one finding on one cluster: pure data. */
export type Plan = {
  readonly preconditions: readonly Precondition[];
  readonly steps: readonly Step[];
  /** What to expect while it happens: how long, who notices. */
  readonly effect: string;
  readonly touches: { readonly nodes: number; readonly pods: number };
};

/** An operation that a remedy may plan; the rules for `remediate` mode are computed from these. */
export type DeclaredChange = {
  readonly change: ChangeName;
  readonly kind: Kind;
  readonly in: Place;
  /** Where only this part of the object is patched: it has a right of its own. */
  readonly subresource?: 'scale';
};

/**
 * How one kind of fault is put right.
 * `wait`: the system heals by itself, and the house proves it. `change`: operations on the API, after approval.
 * `manual`: instructions for a person; the house proves the outcome when told that they are done.
 */
export type RemedyDefinition = {
  readonly id: `${string}/${string}`;
  readonly how: 'wait' | 'change' | 'manual';
  readonly does: string;
  readonly risk: Risk;
  readonly reversible: boolean;
  readonly whenNotToUse: readonly string[];
  /** For a fix that will not last by itself: what has to be made permanent, and where, as a whole sentence. */
  readonly mitigation?: string;
  readonly reads: readonly Read[];
  readonly changes: readonly DeclaredChange[];
  /** How long after the last step the check must come out clear, and for how long it must stay so. */
  readonly proof: { readonly withinSeconds: number; readonly holdSeconds: number };
  readonly plan: (sight: Omit<Sight, 'settings'>, input: unknown) => Promise<Plan>;
};

/** A remedy that a finding offers, with what the check knows about where to apply it. */
export type RemedyOffer = { readonly remedy: RemedyDefinition; readonly input: unknown };

type TypedDefinition<Input> = Omit<RemedyDefinition, 'plan'> & {
  readonly input: z.ZodType<Input>;
  readonly plan: (sight: Omit<Sight, 'settings'>, input: Input) => Promise<Plan>;
};

/** Defines a remedy. `with` makes the offer that a finding carries. */
export function defineRemedy<Input>(
  definition: TypedDefinition<Input>,
): RemedyDefinition & { with(input: Input): RemedyOffer } {
  const remedy: RemedyDefinition = {
    ...definition,
    plan: async (sight, input) => definition.plan(sight, definition.input.parse(input)),
  };
  return { ...remedy, with: (input) => ({ remedy, input }) };
}

/** Met, refused or left to a person, in the words of the card. */
export function precondition(asks: string, holds: boolean, because: string): Precondition {
  return { asks, holds: holds ? 'yes' : 'no', because };
}

/** A plan may be offered for approval when no guard refuses and none could not be looked at. */
export function isAllowed(preconditions: readonly Precondition[]): boolean {
  return preconditions.every(({ holds }) => holds === 'yes' || holds === 'confirm');
}
