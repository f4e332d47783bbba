import type { NoticeScreen } from '../../../core/screen.ts';
import { compose, needed, type Rendering } from './compose.ts';
import { line, person, richText, words } from './rich-text.ts';

const signs = { info: 'ℹ️', good: '✅', bad: '⛔' } as const;

/** A few sentences, with the people they are for in front. */
export function renderNotice({ tone, text, to = [] }: NoticeScreen): Rendering {
  const named = to.flatMap(({ id, name }) => [...person(id, name), ...words(' ')]);
  const said = line(words(`${signs[tone]} `), named, words(text, 3_000));
  return compose(`${signs[tone]} ${text}`, [needed(richText(said))], '');
}
