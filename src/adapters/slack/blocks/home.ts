import type { types } from '@slack/bolt';
import type { CommandDescription } from '../../../core/command.ts';
import { type Block, header } from './pieces.ts';
import { code, line, list, richText, words } from './rich-text.ts';
import { sentence } from './words.ts';

/** The app's home tab: what can be typed, with examples. */
export function renderHome(commands: readonly CommandDescription[]): types.HomeView {
  return {
    type: 'home',
    blocks: [
      header('What you can ask'),
      ...richText(
        line(words('Type a command in any channel that the bot is in. In a thread, mention the bot instead.')),
      ),
      ...commands.slice(0, 40).flatMap(one),
    ],
  };
}

function one({ name, summary, usageHint, examples }: CommandDescription): Block[] {
  return richText(
    line(code(`/${name} ${usageHint}`.trim()), words(`  ${sentence(summary)}`)),
    list(
      'bullet',
      examples.slice(0, 5).map((example) => line(code(`/${name} ${example}`.trim()))),
    ),
  );
}
