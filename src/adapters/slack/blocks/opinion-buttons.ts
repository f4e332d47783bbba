import { findingMark } from '../../../core/finding-mark.ts';
import type { ReportedFinding } from '../../../core/run.ts';
import { type Block, buttons } from './pieces.ts';

export const opinionButtons = { helped: 'article-helped', notHelpful: 'article-not-helpful' } as const;

/** Whether the articles of a finding were of use; a press carries the run and the mark of the finding. */
export function opinionRow(run: string, finding: ReportedFinding): Block[] {
  if (finding.articles.length === 0) return [];
  const value = `${run} ${findingMark(finding)}`;
  return buttons([
    { name: opinionButtons.helped, label: '👍 Helped', value },
    { name: opinionButtons.notHelpful, label: '👎 Not helpful', value },
  ]);
}
