import { stem } from './stem.ts';
import { stopWords } from './stop-words.ts';
import type { Vocabulary } from './vocabulary.ts';

const kinds = new Uint8Array(128);
const [letter, digit, joiner, opener] = [1, 2, 3, 4];
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) kinds[code] = letter;
  else if (/[0-9]/.test(character)) kinds[code] = digit;
  else if ('-_./:@'.includes(character)) kinds[code] = joiner;
  else if (character === ']') kinds[code] = opener;
}

const longestWord = 120;
// `PVCs`, `SNATed`: an abbreviation with the ending of a word is one word.
const inflected = /^([A-Z]{2,})(?:s|ed|ing)$/;
const camel = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+[a-z]*/g;

/** A copy: a part of a text that is kept would keep the whole text alive. */
export function ownText(part: string): string {
  return Buffer.from(part, 'utf16le').toString('utf16le');
}

export type Tokenise = (text: string, emit: (number: number) => void) => void;

/**
 * Turns text into numbered terms: English stems, identifiers whole and split (`kube-ovn-controller`, `NotReady`),
 * every pair of neighbouring Chinese characters. The targets of Markdown links are left out, their words stay.
 */
export function createTokeniser(vocabulary: Vocabulary): Tokenise {
  // Most words say one term: a number costs far less than a list of one.
  const known = new Map<string, number | readonly number[]>();

  const understand = (slice: string): number | readonly number[] => {
    const word = ownText(slice);
    const terms = [...new Map(wordTerms(word))].map(([term, written]) => vocabulary.number(term, written));
    const said = terms.length === 1 ? (terms[0] ?? 0) : terms;
    known.set(word, said);
    return said;
  };

  return (text, emit) => {
    const end = text.length;
    let at = 0;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code < 128) {
        const kind = kinds[code];
        if (kind === letter || kind === digit) {
          const start = at;
          at += 1;
          while (at < end && isWordPart(text, at)) at += 1;
          if (at - start > longestWord) continue;
          const word = text.slice(start, at);
          const said = known.get(word) ?? understand(word);
          if (typeof said === 'number') emit(said);
          else for (const term of said) emit(term);
        } else if (kind === opener && text.charCodeAt(at + 1) === 40) {
          const close = text.indexOf(')', at);
          at = close === -1 || close - at > 2000 ? at + 2 : close + 1;
        } else {
          at += 1;
        }
      } else if (isHan(code)) {
        const next = text.charCodeAt(at + 1);
        if (isHan(next)) emit(vocabulary.pair(code, next));
        at += 1;
      } else {
        at += 1;
      }
    }
  };
}

/** A letter, a digit, or a joiner with a letter or digit behind it. */
function isWordPart(text: string, at: number): boolean {
  const kind = kinds[text.charCodeAt(at)] ?? 0;
  if (kind === letter || kind === digit) return true;
  if (kind !== joiner) return false;
  const next = kinds[text.charCodeAt(at + 1)] ?? 0;
  return next === letter || next === digit;
}

export function isHan(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf);
}

/** The terms of one word as written: itself in small letters when it is made of parts, and the stems of its parts. */
export function wordTerms(word: string): [term: string, written: string][] {
  const terms: [string, string][] = [];
  for (const piece of word.split(/[/:@]+/)) {
    const lower = piece.toLowerCase();
    // Numbers tell little: three to five digits are ports and codes, and an address or a version counts as a whole.
    if (/^[\d.-]+$/.test(piece)) {
      if (piece.length > 2 && !/^\d{6,}$/.test(piece)) terms.push([lower, lower]);
      continue;
    }
    const parts = piece
      .split(/[-_.]+/)
      .map((part) => part.replace(inflected, '$1'))
      .flatMap((part) => (/[a-z][A-Z]|[A-Z]{2}[a-z]/.test(part) ? (part.match(camel) ?? []) : [part]));
    if (parts.length > 1) terms.push([lower, lower]);
    for (const part of parts) {
      const small = part.toLowerCase();
      if (small.length < 2 || /^\d{1,2}$|^\d{6,}$/.test(small) || stopWords.has(small)) continue;
      terms.push([stem(small), small]);
    }
  }
  return terms;
}
