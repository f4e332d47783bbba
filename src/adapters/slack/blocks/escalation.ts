import type { types } from '@slack/bolt';
import { isGroupId } from '../../../core/escalation.ts';
import type { EscalationScreen } from '../../../core/screen.ts';
import { compose, needed, type Rendering } from './compose.ts';
import { clampList, clampText, count } from './limits.ts';
import { moment } from './mrkdwn.ts';
import { context } from './pieces.ts';
import { line, link, person, richText, words } from './rich-text.ts';
import { sentence } from './words.ts';

const mostMentions = 20;

/** Calls people to a card that has waited too long. The one message that mentions whom nobody asked before. */
export function renderEscalation(screen: EscalationScreen): Rendering {
  const { to, waited, does, cluster, environment, expiresAt, link: card } = screen;
  const { shown, left } = clampList(to, mostMentions);
  const where = `${clampText(cluster, 40)} (${clampText(environment, 30)})`;
  const asks = `a fix on ${where} has waited ${clampText(waited, 40)} for an approval. You may approve it too from now on.`;
  return compose(
    `🔔 ${sentence(asks)}`,
    [
      needed(
        richText(
          line(
            words('🔔 '),
            ...shown.flatMap((id) => [called(id), words(' ')]),
            words(left > 0 ? `and ${count(left, 'more group', 'more groups and people')} ` : ''),
            words(asks),
          ),
          line(words(sentence(does), 400), words(' '), card === undefined ? [] : link(card, 'Open its card')),
        ),
      ),
      needed(context({ markup: `The offer ends ${moment(expiresAt)}.` })),
    ],
    '',
  );
}

const slackGroup = /^S[A-Z0-9]{1,20}$/;

function called(id: string): types.RichTextElement[] {
  if (!isGroupId(id)) return person(id);
  return slackGroup.test(id) ? [{ type: 'usergroup', usergroup_id: id }] : words(id);
}
