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
 * How sure an answer is, by the kind of the question, its score, how much of the question it says and how rare that is,
 * its distance from the runners-up, and how much a passage and the title alone make of the score: a logistic regression
 * on 788 questions in both languages that have an article, the same with their articles taken away, and 55 of other
 * trades. At `worthShowing` 96 in 100 first answers to questions that have an article are right (eight-fold
 * cross-validation by question), and two in five are answered unasked. One in 20 whose articles were taken away is shown
 * a link all the same, a third of which answer as well; of 119 that no article answers, written afterwards, two are.
 */
export const suretyWeights = {
  bias: { freetext: -8.24, finding: -9.73, logline: -11.16 },
  score: 2.24,
  said: 2.54,
  margin: 5.94,
  passage: -7.76,
  named: -2.58,
  worthShowing: 0.8,
};
