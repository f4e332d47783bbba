import type { ProposalScreen } from '../../../core/screen.ts';
import { type Block, buttons, context } from './pieces.ts';

/** What the button is called; a press reaches `ChatHandlers.press` with the id of the fix to take back. */
export const undoButton = 'undo';

/** Below a fix that has ended: the offer to take it back, or what became of that offer. */
export function undoBlocks({ proposal, undo }: Pick<ProposalScreen, 'proposal' | 'undo'>): Block[] {
  if (undo === 'open') return context({ plain: 'Undoing it is offered in this thread.' });
  if (undo === 'undone') return context({ plain: 'This fix was undone, in this thread.' });
  return undo === 'possible' ? buttons([{ name: undoButton, label: 'Undo', value: proposal.id }]) : [];
}
