import { normalisedQuestion } from '../core/miss.ts';
import type { AnswerScreen } from '../core/screen.ts';
import type { House } from './house.ts';

const mostHits = 5;
const longestQuestion = 1000;

export type Question = {
  /** The chat's id of the delivery: a question that comes twice is counted once. */
  readonly delivery: string;
  readonly text: string;
};

/** Looks a question up in the articles. One that none is sure to answer is remembered, so that somebody can write it. */
export async function answer({ delivery, text }: Question, house: House): Promise<AnswerScreen> {
  const question = text.slice(0, longestQuestion);
  const found = house.knowledge.search(question, { limit: mostHits });
  const what = normalisedQuestion(question);
  if (!found.some(({ worthShowing }) => worthShowing) && what !== '') {
    await house.feedback
      .noteMiss({ kind: 'question', what, at: house.clock.now(), once: delivery })
      .catch(house.onSlip);
  }
  const hits = found.map((hit) => ({ ...hit, passage: house.knowledge.passage(hit.id, hit.section?.anchor ?? '') }));
  return { screen: 'answer', question, language: /\p{Script=Han}/u.test(question) ? 'zh' : 'en', hits };
}
