import { z } from 'zod';
import { safeText } from './redact.ts';

/** Something that no article answered: a finding's code, or a question of a person. */
export const Miss = z.object({
  kind: z.enum(['finding', 'question']),
  what: z.string(),
  count: z.number().int(),
  last: z.iso.datetime(),
});
export type Miss = z.infer<typeof Miss>;

/** How long a miss is kept after it last happened. */
export const missesKeptDays = 90;

const longest = 200;

// What differs each time the same is asked, and is nobody's business later.
const particular: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '<mail>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b(?:\/\d{1,2}\b)?/g, '<address>'],
  [/\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b(?:\/\d{1,3}\b)?/g, '<address>'],
  [/\b\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?z?\b/g, '<time>'],
  [/-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, '-<pod>'],
  [/\b[0-9a-f]{16,}\b/g, '<hash>'],
];

/** A question as it is remembered: without secrets, names of people and addresses, written one way. */
export function normalisedQuestion(text: string): string {
  const plain = safeText(text).normalize('NFKC').toLowerCase();
  const general = particular.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), plain);
  return general
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\s?!.,;:]+$/, '')
    .slice(0, longest)
    .toWellFormed();
}
