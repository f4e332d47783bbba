import { z } from 'zod';
import { ObjectReference } from './reference.ts';
import type { RemedyOffer } from './remedy.ts';

export const Severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

/** A finding code is `<system>/<finding>`; the article and the check that tells it share the stem. */
export type FindingCode = `${string}/${string}`;

/** Where something was seen. `lines` are log lines, newest kept, and `outOf` says how many were read. */
export const Evidence = z.object({
  /** `Subnet ovn-default, status.conditions[Ready]` or `log of kube-system/kube-ovn-controller-0`. */
  from: z.string(),
  /** One whole sentence with the value in it. */
  says: z.string(),
  lines: z.array(z.string()).optional(),
  outOf: z.number().int().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** A value that a check looked at. The same `what` before and after a fix makes the proof. */
export const Measurement = z.object({ what: z.string(), is: z.string() });
export type Measurement = z.infer<typeof Measurement>;

/** How sure a check is, from 0 to 1, and why not less and not more. */
export type Confidence = readonly [value: number, because: string];

/** What a check says that it found. A finding without evidence does not compile. */
export type Finding<Code extends FindingCode = FindingCode> = {
  readonly code: Code;
  /** Only where it differs from the catalogue's. */
  readonly severity?: Severity;
  readonly about: ObjectReference;
  /** The only nodes on which it is felt; absent where it may be felt on any. What it brings about is on one of them. */
  readonly nodes?: readonly string[];
  /**
   * The only objects that it concerns, by sort: `{ Subnet: ['web'], Pod: ['shop/cart-0'] }`. Of a sort that is left out it may
   * concern any, of one without names none.
   */
  readonly concerns?: Readonly<Record<string, readonly string[]>>;
  /** It was there then, and began no earlier by what is known. Absent where nothing tells. */
  readonly since?: Date;
  readonly says: string;
  readonly confidence: Confidence;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Least invasive first. */
  readonly remedies: readonly RemedyOffer[];
};
