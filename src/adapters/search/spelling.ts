import type { Postings } from './postings.ts';
import { lightWords, stopWords } from './stop-words.ts';
import type { Vocabulary } from './vocabulary.ts';

const shortest = 4;
const longest = 20;
const nearest = 2;
// A word in this few articles may itself be a misspelling, when another in far more articles is close to it.
const rare = 2;
const common = { articles: 15, share: 0.007 };

/**
 * Finds what an unknown word may have been meant as. Only words that hardly any article holds are looked at, so that a
 * correctly spelled word is never taken for another one.
 */
export function createSpelling(
  vocabulary: Vocabulary,
  { starts, articles }: Postings,
): (word: string) => readonly number[] {
  const frequency = (term: number) => (starts[term + 1] ?? 0) - (starts[term] ?? 0);
  const enough = Math.min(common.articles, Math.max(1, Math.ceil(articles.length * common.share)));
  const buckets = new Map<string, number[]>();
  for (let term = 0; term < starts.length - 1; term += 1) {
    if (frequency(term) < enough) continue;
    const word = vocabulary.term(term);
    if (word.length < shortest || word.length > longest || !/^[a-z]+$/.test(word)) continue;
    const bucket = bucketOf(word[0] ?? '', word.length);
    const known = buckets.get(bucket);
    if (known === undefined) buckets.set(bucket, [term]);
    else known.push(term);
  }
  return (word) => {
    const known = vocabulary.known(word);
    if (
      (known !== undefined && frequency(known) > rare) ||
      word.length < shortest ||
      word.length > longest ||
      !/^[a-z]+$/.test(word)
    )
      return [];
    if (stopWords.has(word) || lightWords.has(word)) return [];
    const most = word.length >= 8 ? 2 : 1;
    const found: { term: number; away: number; holding: number }[] = [];
    for (let length = word.length - most; length <= word.length + most; length += 1) {
      for (const other of buckets.get(bucketOf(word[0] ?? '', length)) ?? []) {
        const away = distance(word, vocabulary.term(other), most);
        if (away <= most) found.push({ term: other, away, holding: frequency(other) });
      }
    }
    found.sort((one, other) => one.away - other.away || other.holding - one.holding || one.term - other.term);
    return found
      .filter(({ away }) => away === found[0]?.away)
      .slice(0, nearest)
      .map(({ term: other }) => other);
  };
}

function bucketOf(first: string, length: number): string {
  return `${first}${length}`;
}

/** How many letters were left out, added, changed, or swapped with their neighbour; stops counting above `most`. */
function distance(one: string, other: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let value = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        value = Math.min(value, (before[column - 2] ?? 0) + 1);
      }
      current.push(value);
      least = Math.min(least, value);
    }
    if (least > most) return most + 1;
    before = last;
    last = current;
  }
  return last[other.length] ?? most + 1;
}
