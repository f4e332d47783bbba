import type { ReviewScreen } from '../../../core/screen.ts';
import { compose, needed, type Rendering } from './compose.ts';
import { clampList, clampText, count, limits, readable } from './limits.ts';
import { mention, moment } from './mrkdwn.ts';
import { buttons, context, header } from './pieces.ts';
import { buttonNames } from './proposal-buttons.ts';
import { houseWords, longestId } from './proposal-rules.ts';
import { line, list, person, richText, strong, words } from './rich-text.ts';
import { sentence } from './words.ts';

/** Loud as long as nobody else has looked at it; afterwards a record of what was overridden and what was found. */
export function renderReview({ review }: ReviewScreen): Rendering {
  const { cluster, environment, by, at, reason, overridden, does, closed, proposal } = review;
  const where = `${clampText(cluster, 40)} (${clampText(environment, 30)})`;
  const headline = closed === undefined ? `🚨 Glass broken on ${where}` : `☑️ Glass was broken on ${where}, reviewed`;
  const { shown, left } = clampList(overridden, 6);
  return compose(
    `${headline}: ${reason}`,
    [
      needed(header(headline)),
      needed(
        richText(
          line(person(by), words(' overrode the rules for this fix: '), words(sentence(does), 300)),
          { type: 'rich_text_quote', elements: words(sentence(reason), readable.sentence) },
          line(strong('What was overridden')),
          list('bullet', [
            ...shown.map((each) => line(houseWords(sentence(each), 400))),
            line(words(left > 0 ? `${count(left, 'more rule')}.` : '')),
          ]),
        ),
      ),
      needed(context({ markup: `Decided by ${mention(clampText(by, longestId))} ${moment(at)}.` })),
      ...(closed === undefined
        ? [
            needed(
              context({ plain: 'Another person has to review this; it stays on the list of /reviews until then.' }),
              buttons([
                { name: buttonNames.review, label: 'Close the review', value: proposal.slice(0, limits.button.value) },
              ]),
            ),
          ]
        : [
            needed(
              richText(
                line(strong('What the review found')),
                line(person(closed.by), words(': '), words(sentence(closed.says), readable.sentence)),
              ),
              context({ markup: `Closed by ${mention(clampText(closed.by, longestId))} ${moment(closed.at)}.` }),
            ),
          ]),
    ],
    'The ledger has all of it.',
  );
}
