import { digestOf } from './canonical-json.ts';
import type { ReportedFinding } from './run.ts';

/** Names one finding of a run, short enough for a button. */
export function findingMark({ code, about }: Pick<ReportedFinding, 'code' | 'about'>): string {
  return digestOf({ code, about }).slice(0, 12);
}
