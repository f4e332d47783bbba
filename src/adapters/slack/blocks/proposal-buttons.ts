import { changedObject } from '../../../core/change.ts';
import type { Proposal } from '../../../core/proposal.ts';
import type { ProposalState } from '../../../core/record.ts';
import { nameOf } from '../../../core/reference.ts';
import type { ApprovalRules } from '../../../core/screen.ts';
import { clampText, count, limits } from './limits.ts';
import { type Block, type ButtonLook, buttons } from './pieces.ts';

/** What our buttons are called; a press reaches `ChatHandlers.press` with the name and the proposal's id. */
export const buttonNames = {
  approve: 'approve',
  deny: 'deny',
  watch: 'watch',
  breakGlass: 'break-glass',
  review: 'review',
  draft: 'draft',
} as const;
/** Those that ask back with a dialog, which has to open within three seconds of the press. */
export const askingButtons: readonly string[] = [buttonNames.deny, buttonNames.breakGlass, buttonNames.review];

/** The decisions that this card still takes. Manual fixes and refused ones take none. */
export function decisionButtons(proposal: Proposal, rules?: ApprovalRules): Block[] {
  const { remedy, id } = proposal;
  if (!remedy.allowed || remedy.how === 'manual') return [];
  const deny: ButtonLook = { name: buttonNames.deny, label: 'Deny', value: id, style: 'danger' };
  // Not in the colour of danger: it is the last resort, and must not be the button that stands out.
  const glass: ButtonLook = { name: buttonNames.breakGlass, label: 'Break glass …', value: id };
  const others = rules?.breakGlass === true ? [deny, glass] : [deny];
  return buttons(remedy.how === 'wait' ? [watch(proposal)] : [approve(proposal), ...others]);
}

/** What a proved fix taught can be written down, while it is fresh. */
export function draftButton({ id }: Proposal, state: ProposalState): Block[] {
  if (state.is !== 'done' || state.proof.outcome !== 'resolved') return [];
  return buttons([{ name: buttonNames.draft, label: '📝 Write an article', value: id }]);
}

function watch({ id }: Proposal): ButtonLook {
  return { name: buttonNames.watch, label: 'Watch until it heals', value: id, style: 'primary' };
}

function approve(proposal: Proposal): ButtonLook {
  return {
    name: buttonNames.approve,
    label: 'Approve',
    value: proposal.id,
    style: 'primary',
    confirm: {
      title: clampText(`Change ${proposal.cluster}?`, limits.confirm.title),
      text: clampText(confirmation(proposal), limits.confirm.text),
      yes: 'Approve',
      no: 'Not now',
    },
  };
}

/** Names the cluster and the objects once more: the last thing read before something happens. */
function confirmation({ cluster, environment, remedy, about }: Proposal): string {
  const changes = remedy.steps.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const objects = [...new Set(changes.map((change) => nameOf(changedObject(change))))];
  const named =
    objects.length === 0
      ? nameOf(about)
      : objects
          .slice(0, 2)
          .map((name) => clampText(name, 70))
          .join(', ');
  const more = objects.length > 2 ? ` and ${objects.length - 2} more` : '';
  const confirm = remedy.preconditions.filter(({ holds }) => holds === 'confirm').length;
  const read = confirm > 0 ? ` You confirm ${count(confirm, 'guard')} marked on the card.` : '';
  const undo = remedy.reversible ? '' : ' It cannot be undone.';
  return `${count(changes.length, 'change')} on ${clampText(cluster, 40)} (${clampText(environment, 20)}): ${named}${more}.${undo}${read}`;
}
