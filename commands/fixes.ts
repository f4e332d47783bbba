import { decide } from '../src/app/decide.ts';
import type { House } from '../src/app/house.ts';
import type { Pressed, Reply, Submitted } from '../src/ports/chat.ts';
import type { Interactions } from './command.ts';

/** The buttons on a fix: Approve, Deny with a reason, and Watch for a fault that heals by itself. */
export const fixes: Interactions = {
  presses: { approve: approveFix, watch: approveFix, deny: askWhy },
  forms: { deny: denyByForm },
};

async function askWhy(pressed: Pressed): Promise<Reply> {
  return {
    reply: 'form',
    form: {
      form: 'deny',
      title: 'Turn this fix down',
      submit: 'Turn down',
      carries: { proposal: pressed.value, channel: pressed.channel },
      fields: [
        {
          name: 'reason',
          label: 'Why?',
          optional: false,
          kind: 'text',
          multiline: true,
          hint: 'It is shown in the thread and kept in the ledger.',
        },
      ],
    },
  };
}

async function approveFix(pressed: Pressed, house: House): Promise<Reply> {
  const decided = await decide({ proposal: pressed.value, by: pressed.by, is: 'approved' }, house);
  return { reply: 'whisper', text: decided.says };
}

async function denyByForm(submitted: Submitted, house: House): Promise<Reply> {
  const reason = submitted.answers['reason']?.trim() ?? '';
  if (reason === '') return { reply: 'mistakes', mistakes: { reason: 'Say in a few words why.' } };
  const proposal = submitted.carries['proposal'] ?? '';
  const decided = await decide({ proposal, by: submitted.by, is: 'denied', reason }, house);
  return { reply: 'whisper', text: decided.says };
}
