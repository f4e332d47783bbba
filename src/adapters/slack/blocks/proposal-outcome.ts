import type { Decision } from '../../../core/approval.ts';
import { sayDuration } from '../../../core/duration.ts';
import type { Measurement } from '../../../core/finding.ts';
import type { Proposal } from '../../../core/proposal.ts';
import type { Proof, ProposalState } from '../../../core/record.ts';
import { isAllowed } from '../../../core/remedy.ts';
import type { ReportedRemedy } from '../../../core/run.ts';
import { stoppedByFreeze } from './freeze.ts';
import { clampList, clampText, count, readable } from './limits.ts';
import { isSlackUser, mention, moment } from './mrkdwn.ts';
import { type Block, context } from './pieces.ts';
import { houseWords } from './proposal-rules.ts';
import { line, list, person, richText, strong, words } from './rich-text.ts';
import { outcomes, type Sign, sentence } from './words.ts';

const decisions: Readonly<Record<Decision['is'], Sign>> = {
  approved: { sign: '☑️', word: 'Approved fix' },
  denied: { sign: '🚫', word: 'Denied fix' },
  expired: { sign: '⌛', word: 'Expired fix' },
};

const byHand: Sign = { sign: '🖐️', word: 'Fix by hand' };

/** How a proposal stands, as the first words of its card. */
export function stateSign({ remedy, undoes }: Proposal, state: ProposalState): Sign {
  switch (state.is) {
    case 'offered':
      if (!remedy.allowed) return { sign: '⛔', word: 'Fix not allowed now' };
      if (remedy.how === 'wait')
        return {
          sign: '⏳',
          word: isAllowed(remedy.preconditions) ? 'This heals by itself' : 'This may heal by itself',
        };
      return undoes === undefined ? { sign: '🛠️', word: 'Proposed fix' } : { sign: '↩️', word: 'Proposed undo' };
    case 'decided':
      return remedy.how === 'manual' && state.decision.is === 'approved' ? byHand : decisions[state.decision.is];
    case 'applying':
      if (remedy.how === 'manual') return { sign: '👀', word: 'Looking again after a fix by hand' };
      return remedy.how === 'wait' ? { sign: '👀', word: 'Watching' } : { sign: '⚙️', word: 'Fix under way' };
    case 'done':
      return outcomes[state.proof.outcome];
    case 'void':
      return { sign: '➖', word: 'Nothing was done' };
  }
}

/** Who decided, when, and what came of it. */
export function outcome(state: ProposalState, how: ReportedRemedy['how']): Block[] {
  switch (state.is) {
    case 'offered':
      return [];
    case 'decided':
      return decided(state.decision, how);
    case 'applying':
      return [...decided(state.decision, how), ...richText(line(words(sentence(state.says))))];
    case 'void':
      return [...decided(state.decision, how), ...voided(state)];
    case 'done':
      return [...proven(state.proof), ...decided(state.decision, how)];
  }
}

const verbs: Readonly<Record<Decision['is'], string>> = { approved: 'Approved', denied: 'Denied', expired: 'Expired' };

function decided({ is, by, at, reason, overrides }: Decision, how: ReportedRemedy['how']): Block[] {
  const who = isSlackUser(by) ? ` by ${mention(by)}` : '';
  const verb = how === 'manual' && is === 'approved' ? 'Done by hand' : verbs[is];
  const without = is === 'expired' ? 'Nobody decided in time; nothing was done. ' : '';
  return [
    ...(overrides === undefined ? [] : richText(line(strong('🚨 The glass was broken: rules were overridden.')))),
    ...context({ markup: `${without}${verb}${is === 'expired' ? '' : who} ${moment(at)}.` }),
    ...(reason === undefined || reason.trim() === ''
      ? []
      : richText({
          type: 'rich_text_quote',
          elements: [...(isSlackUser(by) ? [...person(by), ...words(': ')] : []), ...words(reason)],
        })),
  ];
}

const voidedBy = {
  cluster: 'What was approved is no longer what would happen, so nothing was done.',
  rules: 'The rules do not allow it any more, so nothing was done.',
  limits: 'A limit stands in the way, so nothing was done.',
} as const;

function voided(state: Extract<ProposalState, { is: 'void' }>): Block[] {
  const { because } = state;
  const by = state.by ?? 'cluster';
  const { shown, left } = clampList(because, 6);
  // Sentences about rules are the house's own and name people; the others hold words from the cluster.
  const said = (each: string) => (by === 'rules' ? houseWords(sentence(each), 400) : words(sentence(each), 300));
  return richText(
    line(strong(voidedBy[by])),
    list('bullet', [
      ...shown.map((each) => line(said(each))),
      line(words(left > 0 ? `${count(left, 'more difference')}.` : '')),
    ]),
    by === 'cluster' ? [] : line(words('Run the playbook again for a new plan.')),
  );
}

function proven({ says, done, before, after, startedAt, finishedAt, frozen }: Proof): Block[] {
  const { shown, left } = clampList(done, 12);
  const took = sayDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  return [
    ...richText(
      line(words(sentence(says))),
      beforeAndAfter(before, after),
      shown.length === 0 ? [] : line(strong('What was done')),
      list(
        'ordered',
        shown.map((each) => line(words(sentence(each), 300))),
      ),
      left > 0 ? line(words(`${count(left, 'more step')}.`)) : [],
    ),
    ...stoppedByFreeze(frozen),
    ...context({ plain: `It took ${took}.` }),
  ];
}

/** What changed, as `before → after`, and how much did not; a value that one side did not measure says so. */
function beforeAndAfter(before: readonly Measurement[], after: readonly Measurement[]) {
  const valueOf = (of: readonly Measurement[], name: string): string =>
    of.find(({ what }) => what === name)?.is ?? 'not measured';
  const values = [...new Set([...before, ...after].map(({ what }) => what))].map((name) => ({
    name,
    was: valueOf(before, name),
    is: valueOf(after, name),
  }));
  if (values.length === 0) return [];
  const changed = values.filter(({ was, is }) => was !== is);
  const { shown, left } = clampList(changed, 10);
  const lines = shown.map(({ name, was, is }) =>
    line(words(`${clampText(name, 120)}: ${clampText(was, 120)} → `), strong(clampText(is, 120))),
  );
  const same = values.length - changed.length;
  const rest = [
    ...(left > 0 ? [`${count(left, 'more value')} changed.`] : []),
    ...(same > 0 ? [`${count(same, 'value')} stayed the same.`] : []),
  ];
  return [
    line(strong('Before → after')),
    ...list('bullet', lines),
    ...(rest.length === 0 ? [] : [line(words(rest.join(' '), readable.name))]),
  ];
}
