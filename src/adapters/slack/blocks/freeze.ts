import { type Freeze, sayScope } from '../../../core/freeze.ts';
import { clampText } from './limits.ts';
import { escape, mention, moment } from './mrkdwn.ts';
import { type Block, context } from './pieces.ts';
import { line, richText, strong, words } from './rich-text.ts';

export const frozenSign = '❄️';

/** On top of a card that waits: that nothing is changed there now, why, who said so, and until when. */
export function freezeOnCard(freeze: Freeze | undefined): Block[] {
  if (freeze === undefined) return [];
  const lift = escape(clampText(`/freeze lift ${freeze.scope.name}`, 100));
  return [
    ...richText(
      line(
        strong(`${frozenSign} Frozen: `),
        words(`nothing is changed in ${sayScope(freeze.scope)} now, so this cannot be approved. `, 200),
        words(`“${freeze.reason}”`, 300),
      ),
    ),
    ...context({ markup: `${whoAndUntil(freeze)} It ends by itself then, or earlier with ${lift}.` }),
  ];
}

/** Under what a freeze has stopped. */
export function stoppedByFreeze(freeze: Freeze | undefined): Block[] {
  return freeze === undefined ? [] : context({ markup: `${frozenSign} ${whoAndUntil(freeze)}` });
}

export function whoAndUntil({ by, until }: Freeze): string {
  return `${mention(clampText(by.id, 60))} froze it until ${moment(until)}.`;
}
