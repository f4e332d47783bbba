import type { Approved } from '../../src/core/approval.ts';
import { digestOf } from '../../src/core/canonical-json.ts';
import type { Change } from '../../src/core/change.ts';
import { describeChange } from '../../src/core/change.ts';

/**
 * Steps as if a person had approved them: for tests of what comes after the approval, and nothing else. In the
 * product only `app/approve.ts` makes one; this cast is the only other place.
 */
export function approved(...changes: Change[]): Approved {
  const steps = changes.map((change) => ({ does: `This will ${describeChange(change)}.`, change }));
  const approval: Omit<Approved, symbol> = { proposal: 'p-exam', digest: digestOf(changes), by: 'U0EXAMINER', steps };
  return approval as Approved;
}
