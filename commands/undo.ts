import { askForUndo } from '../src/app/undo.ts';
import type { Interactions } from './command.ts';

/** The button below a fix that has ended. It only offers: taking the fix back needs an approval of its own. */
export const undo: Interactions = {
  presses: {
    undo: async ({ delivery, value, by }, house) => ({
      reply: 'whisper',
      text: await askForUndo({ delivery, proposal: value, by }, house),
    }),
  },
};
