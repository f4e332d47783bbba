import type { ProposalRecord } from '../core/record.ts';
import type { UndoStanding } from '../core/screen.ts';
import type { House } from './house.ts';

/** Whether a fix that has ended can be taken back, with the latest proposal that would do it. */
export async function undoStandingOf(
  record: ProposalRecord,
  house: Pick<House, 'records'>,
): Promise<{ readonly standing: UndoStanding; readonly latest?: ProposalRecord | undefined }> {
  const { proposal, state, prior = [], undo } = record;
  const ended = state.is === 'done' && state.proof.outcome !== 'nothing-done';
  if (!ended || !proposal.remedy.reversible || proposal.undoes !== undefined || prior.length === 0)
    return { standing: 'not-possible' };
  const latest = undo === undefined ? undefined : await house.records.proposal(undo);
  return { standing: latest === undefined ? 'possible' : afterOffering(latest), latest };
}

/** An offer that came to nothing may be made again. */
function afterOffering({ state }: ProposalRecord): UndoStanding {
  switch (state.is) {
    case 'offered':
    case 'applying':
      return 'open';
    case 'decided':
      return state.decision.is === 'approved' ? 'open' : 'possible';
    case 'done':
      return state.proof.outcome === 'undone' ? 'undone' : 'possible';
    case 'void':
      return 'possible';
  }
}
