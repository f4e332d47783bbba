import type { ApprovalRules } from '../../../core/screen.ts';
import { clampList, clampText, readable } from './limits.ts';
import { mention } from './mrkdwn.ts';
import { type Block, context } from './pieces.ts';
import { person, type Words, words } from './rich-text.ts';
import { sentence } from './words.ts';

/** Slack's ids are shorter; what is no id of Slack is cut here. */
export const longestId = 25;

/** `1 of 2 approvals: Bo`. A fix that takes one approval says who gave it elsewhere. */
export function approvalsSoFar(rules: ApprovalRules | undefined): Block[] {
  if (rules === undefined || (rules.wanted < 2 && rules.given.length < 2)) return [];
  const { shown, left } = clampList(rules.given, 10);
  const people = [...shown.map((id) => mention(clampText(id, longestId))), ...(left > 0 ? [`${left} more`] : [])].join(
    ', ',
  );
  const counted = `${rules.given.length} of ${rules.wanted} approvals`;
  return context({ markup: rules.given.length === 0 ? `${counted} so far.` : `${counted}: ${people}` });
}

/** What else an approver has to keep to. */
export function otherTerms(rules: ApprovalRules | undefined): Block[] {
  const terms = rules?.terms ?? [];
  return context({ plain: clampText(terms.map(sentence).join(' '), readable.sentence) });
}

const mentioned = /<(?:@([UW][A-Z0-9]{1,20})|!subteam\^(S[A-Z0-9]{1,20}))>/;

/** A sentence of the house in rich text, with the people and groups that it names as such. Never for others' words. */
export function houseWords(text: string, max: number): Words[] {
  const parts = clampText(text, max).split(new RegExp(mentioned, 'g'));
  // Three at a time: the words before, then a person or a group.
  return parts.flatMap((part, index): Words[] => {
    if (part === undefined || part === '') return [];
    if (index % 3 === 1) return person(part);
    return index % 3 === 2 ? [{ type: 'usergroup', usergroup_id: part }] : words(part);
  });
}
