import { decide } from '../src/app/decide.ts';
import type { House } from '../src/app/house.ts';
import { closeReview } from '../src/app/review.ts';
import type { Form } from '../src/core/screen.ts';
import type { Pressed, Reply, Submitted } from '../src/ports/chat.ts';
import type { Interactions } from './command.ts';

/**
 * The buttons on a fix: Approve, Deny with a reason, Watch for a fault that heals by itself, and Break glass with a
 * reason; and the one on the review that comes of the last.
 */
export const fixes: Interactions = {
  presses: {
    approve: approveFix,
    watch: approveFix,
    deny: asks('deny', 'Turn this fix down', 'Turn down', 'Why?', 'It is shown in the thread and kept in the ledger.'),
    'break-glass': asks(
      'break-glass',
      'Break the glass',
      'Break the glass',
      'Why can it not wait for the rules?',
      'The fix starts at once. The thread says so loudly, and another person has to review it.',
    ),
    review: asks(
      'review',
      'Close the review',
      'Close it',
      'What did you find?',
      'Was it right to override the rules, and what follows from it? It is shown in the thread.',
    ),
  },
  forms: {
    deny: withReason(async (given, house) => (await decide({ ...given, is: 'denied' }, house)).says),
    'break-glass': withReason(
      async ({ reason: breakGlass, ...given }, house) =>
        (await decide({ ...given, is: 'approved', breakGlass }, house)).says,
    ),
    review: withReason(async ({ reason: says, ...given }, house) => closeReview({ ...given, says }, house)),
  },
};

/** A button that asks for words first. They come back with the id that the button carried. */
function asks(form: string, title: string, submit: string, label: string, hint: string) {
  return async (pressed: Pressed): Promise<Reply> => {
    const asked: Form = {
      form,
      title,
      submit,
      carries: { proposal: pressed.value, channel: pressed.channel },
      fields: [{ name: 'reason', label, optional: false, kind: 'text', multiline: true, hint }],
    };
    return { reply: 'form', form: asked };
  };
}

async function approveFix(pressed: Pressed, house: House): Promise<Reply> {
  const decided = await decide({ proposal: pressed.value, by: pressed.by, is: 'approved' }, house);
  return { reply: 'whisper', text: decided.says };
}

const mostLetters = 1_000;

/** What somebody wrote, or what is wrong with it. */
function reasonOf(submitted: Submitted): { reason: string } | { mistake: Reply } {
  const reason = submitted.answers['reason']?.trim() ?? '';
  const mistake = (says: string) => ({ mistake: { reply: 'mistakes' as const, mistakes: { reason: says } } });
  if (reason === '') return mistake('Say in a few words why.');
  if (reason.length > mostLetters) {
    return mistake(`Say it in at most ${mostLetters} letters; these are ${reason.length}.`);
  }
  return { reason };
}

type Reasoned = { readonly proposal: string; readonly by: Submitted['by']; readonly reason: string };

/** A dialog that asks why about a fix: without a reason nothing is done, and with one the answer is what `act` says. */
function withReason(act: (given: Reasoned, house: House) => Promise<string>) {
  return async (submitted: Submitted, house: House): Promise<Reply> => {
    const read = reasonOf(submitted);
    if ('mistake' in read) return read.mistake;
    const given = { proposal: submitted.carries['proposal'] ?? '', by: submitted.by, reason: read.reason };
    return { reply: 'whisper', text: await act(given, house) };
  };
}
