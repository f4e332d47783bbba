import type { House } from '../src/app/house.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { ChatHandlers, Reply } from '../src/ports/chat.ts';
import { QueueUnavailable } from '../src/ports/queue.ts';
import { StoreUnavailable } from '../src/ports/store.ts';
import type { Command } from './command.ts';
import { denyByForm, pressFix } from './fixes.ts';
import { triage, triageByForm, triageByMention } from './triage.ts';

/** Every slash command. */
export const commands: readonly Command[] = [triage];

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
    mention: async (mentioned) => answered(async () => triageByMention(mentioned, house)),
    press: async (pressed) => answered(async () => pressFix(pressed, house)),
    submit: async (submitted) =>
      answered(async () => (submitted.form === 'deny' ? denyByForm(submitted, house) : triageByForm(submitted, house))),
  };
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
