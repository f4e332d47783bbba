import type { Screen } from '../../../core/screen.ts';
import { renderAlert } from './alert.ts';
import { renderAnswer } from './answer.ts';
import { renderClusters } from './clusters.ts';
import type { Rendering } from './compose.ts';
import { renderEscalation } from './escalation.ts';
import { renderFinding } from './finding.ts';
import { renderFleet, shorterFleet } from './fleet.ts';
import { clampText } from './limits.ts';
import { renderMitigations } from './mitigations.ts';
import { renderNotice } from './notice.ts';
import { type Block, plain } from './pieces.ts';
import { renderProposal } from './proposal.ts';
import { decisionButtons } from './proposal-buttons.ts';
import { undoBlocks } from './proposal-undo.ts';
import { renderReview } from './review.ts';
import { renderRun } from './run.ts';
import { safeValue } from './safe.ts';
import { renderVerdicts } from './verdicts.ts';

/** A screen as a Slack message, within every limit whatever the screen holds. Pure. */
export function renderScreen(screen: Screen): Rendering {
  const safe = safeValue(screen);
  switch (safe.screen) {
    case 'run':
      return renderRun(safe);
    case 'finding':
      return renderFinding(safe);
    case 'verdicts':
      return renderVerdicts(safe);
    case 'proposal':
      return renderProposal(safe);
    case 'review':
      return renderReview(safe);
    case 'escalation':
      return renderEscalation(safe);
    case 'mitigations':
      return renderMitigations(safe);
    case 'fleet':
      return renderFleet(safe);
    case 'clusters':
      return renderClusters(safe);
    case 'notice':
      return renderNotice(safe);
    case 'alert':
      return renderAlert(safe);
    case 'answer':
      return renderAnswer(safe);
  }
}

const shortNote = 'Slack did not take the whole message. The full evidence is in the file in this thread.';

/**
 * The same screen for when Slack rejected the first rendering: the oldest and plainest blocks only. What can be
 * decided can still be decided, and the confirmation of the button still names the cluster and the objects.
 */
export function renderShorter(screen: Screen): Rendering {
  const safe = safeValue(screen);
  const { text } = renderScreen(screen);
  const open = safe.screen === 'proposal' && safe.state.is === 'offered';
  if (safe.screen === 'fleet') {
    return { blocks: [{ type: 'section', text: plain(clampText(shorterFleet(safe), 2_500), 2_500) }], text };
  }
  const words = open ? `${shorterProposal(safe)}\n${shortNote}` : `${spoken(text)}\n${shortNote}`;
  const section: Block = { type: 'section', text: plain(clampText(words, 2_000), 2_500) };
  if (safe.screen !== 'proposal') return { blocks: [section], text };
  const buttons = open ? decisionButtons(safe.proposal, safe.rules) : undoBlocks(safe);
  return { blocks: [section, ...buttons], text };
}

function shorterProposal({ proposal, whoMay, freeze }: Extract<Screen, { screen: 'proposal' }>): string {
  const steps = proposal.remedy.steps.map(({ does }, index) => `${index + 1}. ${clampText(does, 200)}`);
  const where = `${proposal.cluster} (${proposal.environment})`;
  const held = freeze === undefined ? [] : [`Frozen until ${freeze.until}: “${clampText(freeze.reason, 200)}”`];
  const owned = (proposal.reversals ?? [])
    .filter(({ is }) => is !== 'never')
    .map(({ says }) => `It may be taken back: ${clampText(says, 200)}`);
  const does = `Proposed fix on ${where}: ${clampText(proposal.remedy.does, 300)}`;
  return [does, ...held, ...steps.slice(0, 5), ...owned.slice(0, 2), whoMay].join('\n');
}

/** The last resort: words alone, which Slack always takes. */
export function renderWords(screen: Screen): Rendering {
  return { blocks: [], text: `${renderScreen(screen).text}\n${shortNote}` };
}

/** A notification's text as plain words again, for a block that does not parse. */
function spoken(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
