import type { House } from '../src/app/house.ts';
import { closeMitigation, takeMitigation } from '../src/app/mitigations.ts';
import type { Pressed, Reply, Submitted } from '../src/ports/chat.ts';
import type { Command, Interactions } from './command.ts';

/** `/mitigations`: the fixes that helped and are not permanent yet, for whoever asks. */
export const mitigations: Command = {
  name: 'mitigations',
  summary: 'Lists the fixes that are not permanent yet, with their owners and when they are due.',
  usageHint: '',
  examples: [''],
  run: async (_asked, house) => {
    const all = await house.mitigations.allOpen();
    if (all.length === 0) {
      return { reply: 'whisper', text: 'Every fix that was made is permanent: no mitigation is open.' };
    }
    return { reply: 'screen', screen: { screen: 'mitigations', mitigations: all } };
  },
};

/** The buttons of a mitigation, in its thread and in the private list. */
export const mitigationButtons: Interactions = {
  presses: {
    'mitigation-mine': async ({ value, by, delivery }, house) => ({
      reply: 'whisper',
      text: await takeMitigation({ mitigation: value, by, delivery }, house),
    }),
    'mitigation-done': askWhatWasDone,
  },
  forms: { 'mitigation-done': closeByForm },
};

async function askWhatWasDone(pressed: Pressed): Promise<Reply> {
  return {
    reply: 'form',
    form: {
      form: 'mitigation-done',
      title: 'Close a mitigation',
      submit: 'Close it',
      carries: { mitigation: pressed.value },
      fields: [
        {
          name: 'reason',
          label: 'What made it permanent, or why need it not be?',
          optional: false,
          kind: 'text',
          multiline: true,
          hint: 'It is shown in the thread and kept in the ledger.',
        },
      ],
    },
  };
}

async function closeByForm(submitted: Submitted, house: House): Promise<Reply> {
  const reason = submitted.answers['reason']?.trim() ?? '';
  if (reason === '') return { reply: 'mistakes', mistakes: { reason: 'Say in a few words what was done.' } };
  const { by, delivery, carries } = submitted;
  const text = await closeMitigation({ mitigation: carries['mitigation'] ?? '', by, delivery, reason }, house);
  return { reply: 'whisper', text };
}
