/**
 * What Slack accepts, in characters (UTF-16 units, which is never fewer than Slack counts) and in items.
 * Sources: the Block Kit reference, the comments of @slack/types 3.2, and slackapi/bolt-js issue 2509 for the
 * undocumented total over all blocks of a message (about 13,200), from which we keep a distance.
 */
export const limits = {
  message: { blocks: 50, characters: 12_000, text: 3_000 },
  view: { blocks: 100, bytes: 250_000, title: 24, button: 24, privateMetadata: 3_000 },
  header: 150,
  sectionText: 3_000,
  contextElements: 10,
  actionElements: 25,
  button: { text: 75, value: 2_000, url: 3_000 },
  confirm: { title: 100, text: 300, button: 30 },
  option: { text: 75, value: 75, description: 75 },
  selectOptions: 100,
  radioOptions: 10,
  input: { label: 2_000, hint: 2_000, initial: 3_000 },
  blockId: 255,
} as const;

/** How much of one thing we show, so that a message stays readable on a phone; all below what Slack accepts. */
export const readable = {
  name: 200,
  sentence: 600,
  logLine: 240,
  headline: 140,
  contextText: 900,
} as const;

const counted = new Intl.NumberFormat('en-US');

/** `2,114`: numbers for a sentence. */
export function number(value: number): string {
  return counted.format(value);
}

/** `1 pod`, `2,114 pods`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** Cuts a text to at most `max` characters and says how many are missing; never through a character. */
export function clampText(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = `… (${number(text.length)} more characters)`.length;
  if (max < room + 20) return `${wholeCharacters(text, max - 1)}…`;
  const shown = wholeCharacters(text, max - room);
  return `${shown}… (${number(text.length - shown.length)} more characters)`;
}

/** The first `length` units without half of a surrogate pair at the end. */
function wholeCharacters(text: string, length: number): string {
  const cut = text.slice(0, length);
  const last = cut.charCodeAt(cut.length - 1);
  return last >= 0xd8_00 && last <= 0xdb_ff ? cut.slice(0, -1) : cut;
}

export type Clamped<Item> = { readonly shown: readonly Item[]; readonly left: number };

/** The first `max` items and how many are left out. */
export function clampList<Item>(items: readonly Item[], max: number): Clamped<Item> {
  return { shown: items.slice(0, max), left: Math.max(0, items.length - max) };
}
