import type { z } from 'zod';
import type { Finding, FindingCode, Measurement, Severity } from './finding.ts';
import type { Platform } from './platform.ts';
import type { Read } from './read.ts';
import type { RemedyDefinition } from './remedy.ts';
import type { Sight } from './sight.ts';

export type { Sight } from './sight.ts';

/** What a check may find: how bad it is, and which other codes it brings about. */
export type FindingKind = {
  readonly severity: Severity;
  /** One line, for lists and for the catalogue in the documentation. */
  readonly title: string;
  /** Codes that this one causes, of any check. Found codes form the causal tree. */
  readonly leadsTo?: readonly FindingCode[];
};

export type Look<Code extends FindingCode = FindingCode> = {
  readonly findings: readonly Finding<Code>[];
  /** What was looked at, found or clear: it explains a clear verdict and proves a fix. */
  readonly measured: readonly Measurement[];
};

export type CheckDefinition<Code extends FindingCode = FindingCode, Settings = unknown> = {
  readonly id: `${string}/${string}`;
  /** The question, as a whole sentence. */
  readonly asks: string;
  /** True, or the reason why the question makes no sense on this platform. */
  readonly appliesTo: (platform: Platform) => true | string;
  readonly reads: readonly Read[];
  readonly findings: Readonly<Record<Code, FindingKind>>;
  /** Remedies that its findings may offer. */
  readonly remedies: readonly RemedyDefinition[];
  /** Thresholds with their defaults; the platform owner can set them per check. */
  readonly settings: z.ZodType<Settings>;
  readonly look: (sight: Sight<Settings>) => Promise<Look<Code>>;
};

/** A check with its types erased, as catalogues and use-cases hold it. */
export type Check = Omit<CheckDefinition, 'settings' | 'look'> & {
  readonly settings: z.ZodType;
  readonly look: (sight: Omit<Sight, 'settings'> & { readonly settings: unknown }) => Promise<Look>;
};

/**
 * Defines one question about a cluster. Straight-line code: it reads through `sight.cluster`, judges, and
 * returns what it found and measured. It never catches, waits, writes or asks for the time.
 */
export function defineCheck<const Code extends FindingCode, Settings>(
  definition: CheckDefinition<Code, Settings>,
): Check {
  return {
    ...definition,
    look: async (sight) => definition.look({ ...sight, settings: definition.settings.parse(sight.settings ?? {}) }),
  };
}
