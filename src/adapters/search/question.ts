import type { Lexicon } from './lexicon.ts';
import { type KnownWord, type PairRole, rolesOfPairs } from './segment.ts';
import { stem } from './stem.ts';
import { lightWords, particles, stopPairs } from './stop-words.ts';
import { createTokeniser, isHan } from './tokenise.ts';
import { passingVocabulary, type Vocabulary } from './vocabulary.ts';

/** What somebody, or the house, asks with. */
export type QuestionKind = 'finding' | 'logline' | 'freetext';

/** One thing that is asked for, and every term that says it; the asked term itself comes first. */
export type Concept = {
  /** As it was written. */
  readonly asked: string;
  readonly weight: number;
  /** A name is the same in both languages; a word may have no translation here; a pair of characters may be no word. */
  readonly form: 'name' | 'word' | 'pair';
  readonly terms: readonly { readonly term: number; readonly weight: number }[];
};

export type Question = {
  readonly kind: QuestionKind;
  readonly language: 'en' | 'zh';
  /** In the order of the question. */
  readonly concepts: readonly Concept[];
};

const longestQuestion = 4000;
const mostConcepts = 72;

const logMarks: readonly RegExp[] = [
  /^\s*[EWIF]\d{4} \d\d:\d\d:\d\d/m,
  /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d/,
  /\b(?:level|msg|err|error)=/,
  /\[(?:INFO|WARN(?:ING)?|ERROR|FATAL|DEBUG)\]/,
  /\b[\w.-]+\.(?:go|py|c|cc|lua):\d+/,
  /^\s*\w[\w.-]*\[\d+\]:/m,
  /^(?:Error|Warning|error|FATAL|panic)\b.*:/m,
  /\b(?:failed to|unable to|cannot|could not|error)\b[^.;]*: [^.;]*(?::|\bno such|\brefused|\btimeout)/i,
  /"[^"]+": |: dial |rpc error|exit status|no such file/,
];

const findingMarks: readonly RegExp[] = [
  /;\s/,
  /\b\w+=(?:True|False|Unknown)\b/,
  /\b[A-Z][a-z]+[A-Z]\w+/,
  /\b\d+ (?:of|pods?|nodes?|members?|times|endpoints?)\b|\b\d+[mhd]\b/,
  /\bv?\d+\.\d+(?:\.\d+)?\b/,
  /^Alert\b|\bfiring\b/,
  /\b[a-z][\w-]*\/[a-z][\w-]*\b/,
];

/** Tells what kind a question is by its form: a log line has its marks, a finding is terse and has machine words. */
export function kindOf(text: string): QuestionKind {
  const has = (marks: readonly RegExp[]) => marks.filter((mark) => mark.test(text)).length;
  const han = text.match(/[\u3400-\u9fff]/g)?.length ?? 0;
  if (has(logMarks) >= 1 && han < text.length / 4) return 'logline';
  if (han === 0 && has(findingMarks) >= 2) return 'finding';
  return 'freetext';
}

// What differs in every line of a log: times, thread ids, hex numbers, hashes.
const noise =
  /\b\d{4}[-/]\d\d[-/]\d\d[T ]?(?:\d\d:\d\d:\d\d(?:[.,]\d+)?Z?)?|\b[EWIF]\d{4} \d\d:\d\d:\d\d\.\d+|\b\d\d:\d\d:\d\d(?:\.\d+)?|\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\b/gi;

export const questionWeights = {
  phrase: 1,
  nested: 0.3,
  spelling: 0.7,
  light: 0.4,
  loose: 0.4,
  particle: 0.15,
  roles: {
    word: 1,
    part: 0.3,
    between: 0.4,
    name: 1,
    pieceOfName: 0.3,
    compound: 0.35,
    pieceOfCompound: 1,
  } satisfies Record<Role, number>,
  single: 0.6,
  /** Ports and codes are met by chance; a whole address is too, but hardly one that articles name. */
  number: 0.4,
  address: 0.7,
  /** Machines do not paraphrase: what they print stands in the article as it is, or in its translation. */
  synonym: { finding: 0.3, logline: 0, freetext: 1 } satisfies Record<QuestionKind, number>,
};

const camelCase = /[a-z][A-Z]/;

const lightTerms = new Set([...lightWords].map(stem));

export type Words = {
  readonly vocabulary: Vocabulary;
  readonly lexicon: Lexicon;
  /** Terms that a word which hardly any article holds may have been meant as. */
  readonly spelledLike: (word: string) => readonly number[];
};

/** With room for words that no article holds. */
type NewWords = Words & { readonly known: (term: number) => boolean };

/** Understands a question: what is asked for, in which words of either language it may be answered. */
export function understand(text: string, known: Words): Question {
  const size = known.vocabulary.size();
  const kind = kindOf(text.slice(0, longestQuestion));
  const words = {
    ...known,
    vocabulary: passingVocabulary(known.vocabulary),
    known: (term: number) => term < size,
    lexicon: forKind(known.lexicon, kind),
  };
  const tokenise = createTokeniser(words.vocabulary);
  const cut = text.slice(0, longestQuestion).replace(noise, ' ');
  const asked: Asked[] = [];
  const alone: string[] = [];
  for (const [piece] of cut.matchAll(/[A-Za-z0-9][\w.\-/:@=]*|[\u3400-\u9fff]+/g)) {
    const pairs = isHan(piece.charCodeAt(0));
    for (const part of pairs ? [piece] : piece.split(/[/:@=]+/)) {
      const own: number[] = [];
      tokenise(part, (term) => own.push(term));
      const roles = pairs ? rolesOfPairs(part.length, knownWords(own, words)) : rolesInName(part, own, words);
      for (const [index, term] of own.entries()) {
        if (stopPairs.has(words.vocabulary.term(term))) continue;
        asked.push({ term, as: pairs ? part.slice(index, index + 2) : part, role: roles[index] ?? 'word' });
      }
    }
    if (pairs) alone.push(...[...piece].filter((_, index) => standsAlone(piece, index, words)));
  }
  const han = cut.match(/[\u3400-\u9fff]/g)?.length ?? 0;
  const chinese = han * 2 > (cut.match(/[A-Za-z]{2,}/g)?.length ?? 0);
  return {
    kind,
    language: chinese ? 'zh' : 'en',
    concepts: [...conceptsOf(asked, words, chinese), ...singleConcepts(alone, words)],
  };
}

/** The lexicon as it counts for a question of a kind. */
function forKind(lexicon: Lexicon, kind: QuestionKind): Lexicon {
  const counts = questionWeights.synonym[kind];
  if (counts === 1) return lexicon;
  const alternatives = (term: number) =>
    lexicon.alternatives(term).map((one) => (one.synonym ? { ...one, weight: one.weight * counts } : one));
  return { ...lexicon, alternatives: (term) => alternatives(term).filter(({ weight }) => weight > 0) };
}

/** What a term is in the run of characters or the name that it stands in. */
type Role = PairRole | 'name' | 'pieceOfName' | 'compound' | 'pieceOfCompound';

/** A term as it was written. */
type Asked = { readonly term: number; readonly as: string; readonly role: Role };

/**
 * A name made of words (`NetworkPluginNotReady`) is asked for once, not once more for each of its words, unless no
 * article holds it. Of words that a hyphen joins (`cross-node`) it is the words that matter.
 */
function rolesInName(written: string, [whole, ...pieces]: readonly number[], { vocabulary, known }: NewWords): Role[] {
  if (whole === undefined || pieces.length === 0 || vocabulary.term(whole) !== written.toLowerCase()) return [];
  if (/^[a-z]+(?:-[a-z]+)+$/.test(written)) return ['compound', ...pieces.map((): Role => 'pieceOfCompound')];
  return ['name', ...pieces.map((): Role => (known(whole) ? 'pieceOfName' : 'word'))];
}

/** The words of a run of pairs that the glossary or the learned table knows. */
function knownWords(pairs: readonly number[], { vocabulary, lexicon }: Words): KnownWord[] {
  return pairs.flatMap((term, at) => {
    const longer = lexicon.phrasesAt(pairs, at).map(({ length }) => ({ at, length: length + 1, sure: 1 }));
    if (stopPairs.has(vocabulary.term(term))) return [...longer, { at, length: 2, sure: 1 }];
    const surest = Math.max(0, ...lexicon.alternatives(term).map(({ weight }) => weight));
    return surest === 0 ? longer : [...longer, { at, length: 2, sure: surest }];
  });
}

function conceptsOf(asked: readonly Asked[], words: Words, chinese: boolean): Concept[] {
  const concepts = new Map<number, Concept>();
  const add = (term: number, as: string, weight: number): void => {
    if (concepts.has(term) || concepts.size >= mostConcepts) return;
    const name = words.vocabulary.term(term);
    const terms = new Map<number, number>([[term, 1]]);
    const allow = (other: number, share: number) => terms.set(other, Math.max(terms.get(other) ?? 0, share));
    for (const { term: other, weight: share } of words.lexicon.alternatives(term)) allow(other, share);
    for (const like of words.spelledLike(name)) {
      allow(like, questionWeights.spelling);
      for (const { term: other, weight: share } of words.lexicon.alternatives(like)) {
        allow(other, share * questionWeights.spelling);
      }
    }
    concepts.set(term, {
      asked: as,
      weight,
      form: formOf(name, as, chinese),
      terms: [...terms].map(([other, share]) => ({ term: other, weight: share })),
    });
  };

  const plain = asked.map(({ term }) => term);
  const phrases = asked.flatMap((_, at) => words.lexicon.phrasesAt(plain, at).map((phrase) => ({ ...phrase, at })));
  const inside = (at: number, length: number) =>
    phrases.some((other) => other.length > length && other.at <= at && other.at + other.length >= at + length);
  for (const [at, { term, as, role }] of asked.entries()) {
    add(term, as, weightOf(words.vocabulary.term(term), term, words, role));
    for (const { term: phrase, length } of phrases.filter((one) => one.at === at)) {
      add(phrase, words.vocabulary.word(phrase), inside(at, length) ? questionWeights.nested : questionWeights.phrase);
    }
  }
  return [...concepts.values()];
}

/** True when neither the pair before nor the pair behind a character is a known word. */
function standsAlone(piece: string, index: number, words: Words): boolean {
  return [index - 1, index].every((from) => {
    const pair = from < 0 ? '' : piece.slice(from, from + 2);
    const term = pair.length === 2 ? words.vocabulary.known(pair) : undefined;
    return !stopPairs.has(pair) && (term === undefined || words.lexicon.alternatives(term).length === 0);
  });
}

function singleConcepts(alone: readonly string[], words: Words): Concept[] {
  return [...new Set(alone)].flatMap((character) => {
    const terms = words.lexicon.single(character);
    return terms.length === 0
      ? []
      : [{ asked: character, weight: questionWeights.single, form: 'pair' as const, terms }];
  });
}

/** Latin letters in a Chinese question are a name; in an English one those that no dictionary of words would hold. */
function formOf(name: string, as: string, chinese: boolean): Concept['form'] {
  if (isHan(name.charCodeAt(0))) return 'pair';
  return chinese || /[^a-z-]/.test(name) || camelCase.test(as) ? 'name' : 'word';
}

/** A pair of characters that no word list knows is mostly the end of one word and the beginning of the next. */
function weightOf(name: string, term: number, words: Words, role: Role): number {
  if (lightTerms.has(name)) return questionWeights.light;
  if (/^\d+(?:\.\d+){3}$/.test(name)) return questionWeights.address;
  if (/^[\d.:-]+$/.test(name)) return questionWeights.number;
  if (!isHan(name.charCodeAt(0)) || words.lexicon.alternatives(term).length > 0) return questionWeights.roles[role];
  return particles.test(name) ? questionWeights.particle : questionWeights.loose;
}
