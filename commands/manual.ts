import { doneByHand } from '../src/app/manual.ts';
import type { Interactions } from './command.ts';

/** The button below the instructions of a fix that only a person may make. */
export const manual: Interactions = {
  presses: {
    'done-by-hand': async ({ value, by }, house) => {
      const [run = '', fix = ''] = value.split('/');
      return { reply: 'whisper', text: await doneByHand({ run, fix, by }, house) };
    },
  },
};
