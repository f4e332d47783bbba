import type { House } from '../src/app/house.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { ChatHandlers, Reply } from '../src/ports/chat.ts';
import { QueueUnavailable } from '../src/ports/queue.ts';
import { StoreUnavailable } from '../src/ports/store.ts';
import { clusters } from './clusters.ts';
import type { Command, Interactions } from './command.ts';
import { fixes } from './fixes.ts';
import { wordsOf } from './parse-triage.ts';
import { triage, triageByMention, triageDialog } from './triage.ts';

/** Every slash command. */
export const commands: readonly Command[] = [triage, clusters];

const interactions: readonly Interactions[] = [triageDialog, fixes];

const byName = <Handle>(pick: (one: Interactions) => Readonly<Record<string, Handle>> | undefined) =>
  new Map(interactions.flatMap((one) => Object.entries(pick(one) ?? {})));
const mentions = byName(({ mentions: own }) => own);
const presses = byName(({ presses: own }) => own);
const forms = byName(({ forms: own }) => own);

/** What the house does when somebody types, presses or submits; what cannot be done is said to that person. */
export function chatHandlers(house: House): ChatHandlers {
  return {
    command: async (asked) =>
      answered(async () => {
        const command = commands.find(({ name }) => name === asked.command);
        if (command !== undefined) return command.run(asked, house);
        const names = commands.map(({ name }) => `/${name}`).join(', ');
        return { reply: 'whisper', text: `I do not know /${asked.command}. I know: ${names}.` };
      }),
    mention: async (mentioned) =>
      answered(async () => {
        const [verb = ''] = wordsOf(mentioned.text);
        return (mentions.get(verb.toLowerCase()) ?? triageByMention)(mentioned, house);
      }),
    press: async (pressed) =>
      answered(async () => presses.get(pressed.button)?.(pressed, house) ?? gone('This button')),
    submit: async (submitted) =>
      answered(async () => forms.get(submitted.form)?.(submitted, house) ?? gone('This dialog')),
  };
}

/** A message can be older than the program that is asked about it. */
function gone(what: string): Reply {
  return { reply: 'whisper', text: `${what} belongs to another version of cluster-triage. Nothing was done.` };
}

async function answered(act: () => Promise<Reply>): Promise<Reply> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof WrongUsage) return { reply: 'whisper', text: `${error.message} ${error.next}` };
    if (error instanceof QueueUnavailable || error instanceof StoreUnavailable) {
      return {
        reply: 'whisper',
        text: 'The job queue does not answer at the moment, so nothing was started or decided. Try again in a minute; if it stays like this, tell whoever runs cluster-triage that Redis is away.',
      };
    }
    throw error;
  }
}
