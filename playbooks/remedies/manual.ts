import type { z } from 'zod';
import type { Sight } from '../../src/core/check.ts';
import type { Read } from '../../src/core/read.ts';
import { safeText } from '../../src/core/redact.ts';
import { defineRemedy, type Risk } from '../../src/core/remedy.ts';

export type Instructions = {
  /** Whole sentences, with the real names in them, in the order they are done. */
  readonly steps: readonly string[];
  readonly effect: string;
  readonly touches?: { readonly nodes: number; readonly pods: number };
};

type ManualDefinition<Input> = {
  readonly id: `${string}/${string}`;
  readonly does: string;
  readonly risk: Risk;
  readonly reversible: boolean;
  readonly whenNotToUse: readonly string[];
  readonly mitigation?: string;
  readonly reads?: readonly Read[];
  readonly input: z.ZodType<Input>;
  readonly instruct: (sight: Omit<Sight, 'settings'>, input: Input) => Promise<Instructions>;
};

/**
 * What only a person may do: the house prints it with the real names, and looks again when told that it is done. A
 * step may quote what the cluster said, so it is made safe to show.
 */
export function defineManualRemedy<Input>({ instruct, reads, ...definition }: ManualDefinition<Input>) {
  return defineRemedy<Input>({
    ...definition,
    how: 'manual',
    reads: reads ?? [],
    changes: [],
    proof: { withinSeconds: 600, holdSeconds: 60 },
    plan: async (sight, input) => {
      const { steps, effect, touches } = await instruct(sight, input);
      return {
        preconditions: [],
        steps: steps.map((does) => ({ does: safeText(does) })),
        effect,
        touches: touches ?? { nodes: 0, pods: 0 },
      };
    },
  });
}
