import { digestOf } from '../core/canonical-json.ts';
import type { ReportedFinding } from '../core/run.ts';

/** What a manual fix of a finding is called in the records: the same for everybody who says that it is done. */
export function manualFixId(run: string, { code, about }: ReportedFinding, remedy: string): string {
  return digestOf(['by hand', run, code, about, remedy]).slice(0, 20);
}
