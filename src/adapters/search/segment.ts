/** A known word in a run of Chinese characters: its first pair, how many characters it has, and how surely it is one. */
export type KnownWord = { readonly at: number; readonly length: number; readonly sure: number };

/** What a pair of characters is in the run that it stands in. */
export type PairRole = 'word' | 'part' | 'between';

/**
 * Reads a run of Chinese characters as words, so that the pair at the end of one word and the beginning of the next
 * does not count as a word of its own: the known words that together explain the most of it, longer ones first.
 * @param words known words in the run, in any order
 * @returns for every pair of neighbouring characters what it is
 */
export function rolesOfPairs(characters: number, words: readonly KnownWord[]): PairRole[] {
  const endingAt = new Map<number, KnownWord[]>();
  for (const word of words) {
    const end = word.at + word.length;
    endingAt.set(end, [...(endingAt.get(end) ?? []), word]);
  }
  // The best reading of the first so many characters: what it is worth, and the word it ends with.
  const best: { worth: number; last: KnownWord | undefined }[] = [{ worth: 0, last: undefined }];
  for (let end = 1; end <= characters; end += 1) {
    let found = { worth: best[end - 1]?.worth ?? 0, last: undefined as KnownWord | undefined };
    for (const word of endingAt.get(end) ?? []) {
      const worth = (best[word.at]?.worth ?? 0) + word.sure * word.length * word.length;
      if (worth > found.worth) found = { worth, last: word };
    }
    best.push(found);
  }
  const roles: PairRole[] = Array.from({ length: Math.max(0, characters - 1) }, () => 'between');
  for (let end = characters; end > 0; ) {
    const word = best[end]?.last;
    if (word === undefined) {
      end -= 1;
      continue;
    }
    for (let at = word.at; at < word.at + word.length - 1; at += 1) roles[at] = word.length === 2 ? 'word' : 'part';
    end = word.at;
  }
  return roles;
}
