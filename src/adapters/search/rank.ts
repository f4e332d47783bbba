import { createJudge, type Judgement } from './judge.ts';
import type { Postings } from './postings.ts';
import type { Question } from './question.ts';
import { rankWeights, suretyWeights } from './rank-weights.ts';
import { scoreWholes, type WeighedConcept } from './whole.ts';

export type Ranked = Judgement & {
  /** Number of the article. */
  readonly article: number;
  readonly score: number;
  /** 0 to 1. */
  readonly surety: number;
};

export type Ranking = { readonly concepts: readonly WeighedConcept[]; readonly ranked: readonly Ranked[] };

/**
 * The articles that answer a question, best first.
 * @param boost times this for an article: what people said about it
 */
export function rank(question: Question, postings: Postings, boost: (article: number) => number = () => 1): Ranking {
  const { concepts, scale, candidates } = scoreWholes(question.concepts, postings, rankWeights.candidates);
  const { judge, end } = createJudge(concepts, postings, scale);
  const judged = candidates.flatMap(({ article, score: whole }) => {
    const analysed = postings.articles[article];
    if (analysed === undefined) return [];
    const judgement = judge(analysed);
    const score =
      (rankWeights.whole * whole +
        rankWeights.passage[question.kind] * judgement.passage +
        rankWeights.title * judgement.title +
        rankWeights.named * judgement.named +
        rankWeights.order[question.kind] * judgement.order -
        rankWeights.length * Math.log(1 + analysed.terms.length / rankWeights.usualLength)) *
      (analysed.solves ? rankWeights.solves[question.kind] : 1) *
      boost(article) *
      (analysed.language === question.language ? 1 : rankWeights.foreign);
    return [{ ...judgement, article, score }];
  });
  end();
  judged.sort((one, other) => other.score - one.score || one.article - other.article);
  const surety = suretyOf(concepts, judged[runnersUp]?.score);
  return { concepts, ranked: judged.map((one) => ({ ...one, surety: surety(one.score, one) })) };
}

// The first, its translation and one more may all answer; the fourth is what an answer has to stand out from.
const runnersUp = 3;
// What is taken for the distance when there are too few articles to tell.
const usualMargin = 0.1;

function suretyOf(
  concepts: readonly WeighedConcept[],
  runnerUp: number | undefined,
): (score: number, judgement: Judgement) => number {
  const { bias, score: perScore, said: perSaid, margin: perMargin, named: perNamed } = suretyWeights;
  const worths = concepts.map(({ worth }) => Math.max(worth.en, worth.zh));
  return (score, { matched, named }) => {
    const margin = runnerUp === undefined ? usualMargin : Math.max(0, (score - runnerUp) / score);
    const said = worths.reduce((sum, worth, at) => sum + ((matched[at] ?? -1) >= 0 ? worth : 0), 0);
    const logit = bias + perScore * score + perSaid * Math.log(1 + said) + perMargin * margin + perNamed * named;
    return score <= 0 ? 0 : 1 / (1 + Math.exp(-logit));
  };
}
