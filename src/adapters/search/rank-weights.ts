import type { QuestionKind } from './question.ts';

/**
 * What counts how much. Found on questions of several kinds and sources, each set held out in turn; the figures stand
 * on a plateau, and a change of a fifth of any one of them moves the result by less than its noise. `npm run bench`
 * measures.
 */
export const rankWeights = {
  /** So many articles, best as a whole, are looked at passage by passage. */
  candidates: 80,
  /** What of a concept counts against the articles of a language in which no article says it. */
  untranslated: { name: 0.9, word: 0.3, pair: 0.2 },
  /** Rarity counts with this power: a little less than in full, because rare is not the same as telling. */
  rarity: 0.72,
  /** BM25F over the whole article. */
  whole: 1.1,
  /** The share of the question that the best passage holds, with its heading and title. */
  passage: { finding: 1, logline: 1.3, freetext: 1 } satisfies Record<QuestionKind, number>,
  /** The share of the question that the title holds, or a heading, which counts less. */
  title: 0.45,
  headingAsTitle: 0.6,
  /** The share of the title that the question holds. Short titles must not win by one word: hence the least. */
  named: 0.4,
  namedLeast: 6,
  /** Words that stand next to each other in the question and in the passage. */
  order: { finding: 0.3, logline: 1, freetext: 0 } satisfies Record<QuestionKind, number>,
  /** Long articles say a little about everything: taken off for the logarithm of their length. */
  length: 0.18,
  usualLength: 500,
  /** An article that says what to do, times. */
  solves: { finding: 1.1, logline: 1.1, freetext: 1 } satisfies Record<QuestionKind, number>,
  /** An article in the other language, times: its words are met less often than those of one in the same. */
  foreign: 1.02,
  titleInPassage: 0.7,
  headingInPassage: 0.9,
  /** Terms in a passage; the next one begins in the middle of it. */
  passageTerms: 80,
};

/**
 * How sure an answer is, by its score, how much of the question it says and how rare that is, its distance from the
 * runner-up, and how much of its title was asked for: a logistic regression on 478 questions in both languages that have
 * an article, the same with their articles taken away, and 55 of other trades. At `worthShowing` 96 in 100 first answers
 * to questions that have an article were right, and 87 in 100 of all (eight-fold cross-validation by question, those
 * without an article weighed to be two in five; a third of the rest answer as well, though nobody had said so): nine of
 * ten links that are shown help. A quarter of the questions are then answered unasked.
 */
export const suretyWeights = {
  bias: -4.98,
  score: 1.01,
  said: 0.51,
  margin: 5.51,
  named: -0.35,
  worthShowing: 0.76,
};
