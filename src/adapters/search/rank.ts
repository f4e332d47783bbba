import { createJudge, type Judgement } from './judge.ts';
import type { Postings } from './postings.ts';
import type { Question } from './question.ts';
import { rankWeights, suretyWeights } from './rank-weights.ts';
import { rarityOf, scoreWholes, type WeighedConcept } from './whole.ts';

export type Ranked = Judgement & {
  /** Number of the article, or of one of its problems, in the postings. */
  readonly telling: number;
  readonly score: number;
  /** How far its score is ahead of the runners-up, as a share of it; 0 for those themselves. */
  readonly margin: number;
  /** 0 to 1. */
  readonly surety: number;
  /** How much of the question the article says, 0 to 1. */
  readonly share: number;
};

export type Ranking = { readonly concepts: readonly WeighedConcept[]; readonly ranked: readonly Ranked[] };

/** What people ask for, of the articles themselves. */
export type RankOptions = {
  /** Times this for the article of a number: what people said about it; 1 when nothing is known. */
  readonly boost?: (article: number) => number;
  /** Articles for which this is false are not looked at; without it all are. */
  readonly only?: (article: number) => boolean;
};

/**
 * The articles that answer a question, best first; of the problems that one article tells the best counts.
 * @param articleOf the number of the article that a telling of the postings is of
 */
export function rank(
  question: Question,
  postings: Postings,
  articleOf: readonly number[],
  { boost = () => 1, only = () => true }: RankOptions = {},
): Ranking {
  const of = (telling: number) => articleOf[telling] ?? telling;
  const { concepts, scale, candidates } = scoreWholes(question.concepts, postings, rankWeights.candidates, (telling) =>
    only(of(telling)),
  );
  const { judge, end } = createJudge(concepts, postings, scale);
  const judged = candidates.flatMap(({ article: telling, score: whole }) => {
    const analysed = postings.articles[telling];
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
      boost(of(telling)) *
      (analysed.language === question.language ? 1 : rankWeights.foreign);
    return [{ ...judgement, telling, score }];
  });
  end();
  judged.sort((one, other) => other.score - one.score || one.telling - other.telling);
  const seen = new Set<number>();
  const best = judged.filter(({ telling }) => !seen.has(of(telling)) && seen.add(of(telling)));
  const said = weigherOfSaid(concepts);
  const all = weightOfAll(concepts, postings.articles.length);
  const marginOf = marginTo(best[runnersUp]?.score);
  const ranked = best.map((one) => {
    const own = said(one.matched);
    const margin = marginOf(one.score);
    return { ...one, margin, surety: suretyOf(question.kind, { ...one, margin }, own), share: own / all };
  });
  return { concepts, ranked };
}

// The first, its translation and one more may all answer; the fourth is what an answer has to stand out from.
const runnersUp = 3;
// What is taken for the distance when there are too few articles to tell.
const usualMargin = 0.1;

function marginTo(runnerUp: number | undefined): (score: number) => number {
  return (score) => (runnerUp === undefined || score <= 0 ? usualMargin : Math.max(0, (score - runnerUp) / score));
}

function suretyOf(
  kind: Question['kind'],
  { score, margin, passage, named }: Omit<Ranked, 'surety' | 'share'>,
  said: number,
): number {
  if (score <= 0) return 0;
  const weights = suretyWeights;
  const logit =
    weights.bias[kind] +
    weights.score * score +
    weights.said * Math.log(1 + said) +
    weights.margin * margin +
    weights.passage * passage +
    weights.named * named;
  return 1 / (1 + Math.exp(-logit));
}

/** What an article says of a question: the sum of what the concepts are worth that it has a word for. */
function weigherOfSaid(concepts: readonly WeighedConcept[]): (matched: readonly number[]) => number {
  const worths = concepts.map(({ worth }) => Math.max(worth.en, worth.zh));
  return (matched) => worths.reduce((sum, worth, at) => sum + ((matched[at] ?? -1) >= 0 ? worth : 0), 0);
}

/** The same for an article that says all of it; what no article says is as rare as can be. */
function weightOfAll(concepts: readonly WeighedConcept[], articles: number): number {
  const rarest = rarityOf(0, articles);
  return concepts.reduce((sum, { worth, weight }) => sum + (Math.max(worth.en, worth.zh) || weight * rarest), 1e-9);
}
