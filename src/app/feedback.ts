import { type ArticleStanding, notJudged, originalOf } from '../core/article-standing.ts';
import { findingMark } from '../core/finding-mark.ts';
import type { Person } from '../core/person.ts';
import type { ArticleLink, RunReport } from '../core/run.ts';
import type { Feedback, Opinion } from '../ports/feedback.ts';
import type { House } from './house.ts';

/** The articles that a finding of a run was linked to; of an article and its translation the first. */
export async function articlesOfFinding(
  run: string,
  mark: string,
  house: Pick<House, 'records'>,
): Promise<readonly ArticleLink[]> {
  const record = await house.records.run(run);
  const finding = record?.report?.findings.find((one) => findingMark(one) === mark);
  const links = finding?.articles ?? [];
  return links.filter(({ id }, at) => links.findIndex((other) => originalOf(other.id) === originalOf(id)) === at);
}

export type Opining = {
  readonly run: string;
  readonly article: ArticleLink;
  readonly by: Person;
  readonly opinion: Opinion;
};

/** Takes a person's opinion of an article, and says to that person what came of it. */
export async function giveOpinion(
  { run, article, by, opinion }: Opining,
  house: Pick<House, 'feedback'>,
): Promise<string> {
  const taken = await house.feedback.vote({ run, article: originalOf(article.id), person: by.id, opinion });
  const as = opinion === 'helped' ? 'helpful' : 'not helpful';
  if (taken === 'unchanged') return `You said already that “${article.title}” was ${as} here. It counts once.`;
  const instead = taken === 'changed' ? ' instead of what you said before' : '';
  return `Thank you. “${article.title}” is counted as ${as} here${instead}. Press the other button if you change your mind.`;
}

/** Findings that no article was written for are remembered, so that somebody can write it. */
export async function noteUnexplained({ run, findings }: RunReport, house: House): Promise<void> {
  const codes = new Set(findings.filter(({ articles }) => articles.length === 0).map(({ code }) => code));
  const at = house.clock.now();
  for (const code of codes) {
    await house.feedback.noteMiss({ kind: 'finding', what: code, at, once: `${run.id}/${code}` });
  }
}

/** Counts a fix that was proved to have resolved its finding, for the articles which that finding was linked to. */
export async function countVerifiedFix(proposalId: string, house: Pick<House, 'records' | 'feedback'>): Promise<void> {
  const record = await house.records.proposal(proposalId);
  if (record?.state.is !== 'done' || record.state.proof.outcome !== 'resolved') return;
  const { run, code, about } = record.proposal;
  const articles = await articlesOfFinding(run, findingMark({ code, about }), house);
  await house.feedback.countFix(
    proposalId,
    articles.map(({ id }) => originalOf(id)),
  );
}

/** What is known of articles, as it was at the last refresh: search cannot wait for a store. */
export function createStandings(feedback: Pick<Feedback, 'standings'>): {
  of: (article: string) => ArticleStanding;
  refresh: () => Promise<void>;
} {
  let known: ReadonlyMap<string, ArticleStanding> = new Map();
  return {
    of: (article) => known.get(originalOf(article)) ?? notJudged,
    refresh: async () => {
      known = await feedback.standings();
    },
  };
}
