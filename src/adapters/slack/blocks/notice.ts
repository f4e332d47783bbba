import type { NoticeScreen } from '../../../core/screen.ts';
import { compose, needed, type Rendering } from './compose.ts';
import { line, richText, words } from './rich-text.ts';

const signs = { info: 'ℹ️', good: '✅', bad: '⛔' } as const;

/** A few sentences. */
export function renderNotice({ tone, text }: NoticeScreen): Rendering {
  const said = `${signs[tone]} ${text}`;
  return compose(said, [needed(richText(line(words(said, 3_000))))], '');
}
