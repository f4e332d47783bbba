/** Every term has a number, given once and for as long as the process lives. */
export type Vocabulary = {
  /** The number of a term; a new term gets the next one. `word` is how a person writes it, when that is not the term. */
  readonly number: (term: string, word?: string) => number;
  /** The number of a pair of Chinese characters, by their character codes: no text is made for the many pairs. */
  readonly pair: (first: number, second: number) => number;
  /** The number of a term, when it has one. */
  readonly known: (term: string) => number | undefined;
  readonly term: (number: number) => string;
  /** How a person writes the term: the word of which it is the stem. */
  readonly word: (number: number) => string;
  readonly size: () => number;
};

// Counted from here two characters make a small integer, which a map finds faster than a large one.
const firstHan = 0x3400;

export function createVocabulary(): Vocabulary {
  const numbers = new Map<string, number>();
  const pairs = new Map<number, number>();
  const terms: string[] = [];
  const words = new Map<number, string>();
  const number = (term: string, word?: string): number => {
    const known = numbers.get(term);
    if (known !== undefined) {
      if (word !== undefined && word !== term && !words.has(known)) words.set(known, word);
      return known;
    }
    numbers.set(term, terms.length);
    terms.push(term);
    if (word !== undefined && word !== term) words.set(terms.length - 1, word);
    return terms.length - 1;
  };
  return {
    number,
    pair: (first, second) => {
      const key = (first - firstHan) * 32_768 + (second - firstHan);
      const known = pairs.get(key);
      if (known !== undefined) return known;
      const given = number(String.fromCharCode(first, second));
      pairs.set(key, given);
      return given;
    },
    known: (term) => numbers.get(term),
    term: (at) => terms[at] ?? '',
    word: (at) => words.get(at) ?? terms[at] ?? '',
    size: () => terms.length,
  };
}

/**
 * A vocabulary for one question: words that no article holds get numbers that are forgotten with it, so that a process
 * which is asked for years does not grow.
 */
export function passingVocabulary(vocabulary: Vocabulary): Vocabulary {
  const passing = createVocabulary();
  const first = vocabulary.size();
  const number = (term: string, word?: string) => vocabulary.known(term) ?? first + passing.number(term, word);
  return {
    number,
    pair: (one, other) => number(String.fromCharCode(one, other)),
    known: (term) => vocabulary.known(term),
    term: (at) => (at < first ? vocabulary.term(at) : passing.term(at - first)),
    word: (at) => (at < first ? vocabulary.word(at) : passing.word(at - first)),
    size: () => first + passing.size(),
  };
}
