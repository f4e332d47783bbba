import { type Change, changedObject, describeChange } from '../core/change.ts';
import { groupOf } from '../core/kind.ts';
import type { Platform } from '../core/platform.ts';
import type { DeclaredChange, Plan, Precondition } from '../core/remedy.ts';
import { isIn } from './declared-reader.ts';

function isDeclared(change: Change, declared: readonly DeclaredChange[], platform: Platform): boolean {
  const { apiVersion, plural, namespace } = changedObject(change);
  const subresource = change.change === 'patch-object' ? change.subresource : undefined;
  return declared.some(
    (one) =>
      one.change === change.change &&
      one.subresource === subresource &&
      one.kind.plural === plural &&
      one.kind.apiVersions.some((version) => groupOf(version) === groupOf(apiVersion)) &&
      isIn(one.in, namespace, platform),
  );
}

/**
 * Lets a fix change what it declared and nothing else, as checks read only what they declared: the printed rules are
 * those of all fixes together, so they alone would let one fix do what only another one may. Gives a guard that
 * refuses for each change that is not declared.
 */
export function refusalsOfUndeclared(
  { steps }: Pick<Plan, 'steps'>,
  declared: readonly DeclaredChange[],
  platform: Platform,
): Precondition[] {
  return steps.flatMap(({ change }) =>
    change === undefined || isDeclared(change, declared, platform)
      ? []
      : [
          {
            asks: 'Does this fix change only what it declares?',
            holds: 'no' as const,
            because: `It would ${describeChange(change)}, which it does not declare. That is a defect of the fix.`,
          },
        ],
  );
}
