import { liftFreeze, sayFreezes, setFreeze } from '../src/app/freeze.ts';
import type { House } from '../src/app/house.ts';
import type { CommandAsked, Reply } from '../src/ports/chat.ts';
import type { Command, Interactions } from './command.ts';
import { parseFreeze } from './parse-freeze.ts';

const usage =
  '`/freeze production "db failover" 2h` holds every cluster of an environment still, `/freeze prod-sh "night shift alone" 45m` one cluster: meanwhile no fix is approved there, and one that is under way stops before its next change. `/freeze list` shows what is frozen, `/freeze lift production` ends a freeze before its time.';

/** `/freeze`: for a time nothing is changed on a cluster or in an environment. */
export const freeze: Command = {
  name: 'freeze',
  summary: 'Holds a cluster or an environment still: no fix is approved there and none goes on.',
  usageHint: '<cluster|environment> "reason" 2h | list | lift <cluster|environment>',
  examples: ['production "db failover" 2h', 'prod-sh "night shift alone" 45m', 'list', 'lift production', 'help'],
  run: freezeByWords,
};

/** `@triage freeze production "db failover" 2h`, in a thread. */
export const freezeByMention: Interactions = {
  mentions: { freeze: async (mentioned, house) => freezeByWords(withoutVerb(mentioned), house) },
};

/** The same words after another verb, as in `/triage freeze list`. */
export function withoutVerb<Asked extends { readonly text: string }>(asked: Asked): Asked {
  return { ...asked, text: asked.text.trim().replace(/^\S+\s*/, '') };
}

export async function freezeByWords(
  asked: Pick<CommandAsked, 'delivery' | 'by' | 'text'>,
  house: House,
): Promise<Reply> {
  if (/^(?:help|--help|-h|\?|帮助)$/i.test(asked.text.trim())) return { reply: 'whisper', text: usage };
  const words = parseFreeze(asked.text, house.registrations);
  return { reply: 'whisper', text: await answer(words, asked, house) };
}

async function answer(
  words: ReturnType<typeof parseFreeze>,
  { delivery, by }: Pick<CommandAsked, 'delivery' | 'by'>,
  house: House,
): Promise<string> {
  if (words.does === 'list') return sayFreezes(house);
  if (words.does === 'lift') return liftFreeze(by, words.scope, house);
  const { scope, reason, milliseconds } = words;
  return setFreeze({ delivery, by, scope, reason, milliseconds }, house);
}
