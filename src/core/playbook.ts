import type { Check } from './check.ts';
import type { TargetKey } from './target.ts';

/** A symptom that an on-call engineer can name, and the questions it raises, in the order they are shown. */
export type Playbook = {
  readonly id: string;
  readonly title: string;
  /** What the on-call says: `a subnet is not ready`. Used by help and by did-you-mean. */
  readonly symptoms: readonly string[];
  readonly takes: readonly TargetKey[];
  readonly checks: readonly Check[];
  /** Raised when the meaning of its answers changes; an approval is bound to it. */
  readonly version: number;
};

export function definePlaybook(playbook: Playbook): Playbook {
  return playbook;
}
