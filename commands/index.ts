import { homeOf } from '../src/app/home.ts';
import type { House } from '../src/app/house.ts';
import { WrongUsage } from '../src/core/errors.ts';
import { ChatBusy, type ChatHandlers, ChatRefused, type Reply } from '../src/ports/chat.ts';
import { QueueUnavailable } from '../src/ports/queue.ts';
import { StoreUnavailable } from '../src/ports/store.ts';
import { approvals, approvalsByMention } from './approvals.ts';
import { clusters } from './clusters.ts';
import type { Command, Interactions } from './command.ts';
import { draft } from './draft.ts';
import { fixes } from './fixes.ts';
import { freeze, freezeByMention } from './freeze.ts';
import { kb, kbInteractions } from './kb.ts';
import { manual } from './manual.ts';
import { mitigationButtons, mitigations } from './mitigations.ts';
import { wordsOf } from './parse-triage.ts';
import { reviews } from './reviews.ts';
import { triage, triageByMention, triageDialog } from './triage.ts';
import { undo } from './undo.ts';

/** Every slash command. */
export const commands: readonly Command[] = [triage, approvals, clusters, freeze, kb, mitigations, reviews];

const interactions: readonly Interactions[] = [
  triageDialog,
  fixes,
  kbInteractions,
  draft,
  approvalsByMention,
  freezeByMention,
  undo,
  manual,
  mitigationButtons,
];

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
    home: async (person) => homeOf(person, house),
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
    if (error instanceof ChatBusy || error instanceof ChatRefused) {
      return {
        reply: 'whisper',
        text: `Whether you may do this could not be looked up, so nothing was started or decided. ${error.message} Try again in a minute.`,
      };
    }
    throw error;
  }
}
