import { type AnalysedArticle, fields } from './analyse.ts';

/** What is ranked: every article, and beside it each of the problems of one that tells several. */
export type Tellings = {
  readonly told: readonly AnalysedArticle[];
  /** The number of the article that each of them is of. */
  readonly articleOf: readonly number[];
};

const titleField = fields.indexOf('title');
const headingField = fields.indexOf('heading');

/**
 * An article that tells several problems answers a question about one of them as well as an article of its own would,
 * but is long, and has the title of another. So each problem is ranked as such an article too.
 */
export function tellingsOf(articles: readonly AnalysedArticle[]): Tellings {
  const parts = articles.flatMap((article, number) => problemsOf(article).map((told) => ({ told, number })));
  return {
    told: [...articles, ...parts.map(({ told }) => told)],
    articleOf: [...articles.keys(), ...parts.map(({ number }) => number)],
  };
}

/** A problem goes from its own heading to that of the next one. */
function problemsOf(article: AnalysedArticle): AnalysedArticle[] {
  const starts = article.sections.flatMap(({ problem }, at) => (problem ? [at] : []));
  if (starts.length < 2) return [];
  return starts.flatMap((from, index) => partOf(article, from, starts[index + 1] ?? article.sections.length) ?? []);
}

function partOf(article: AnalysedArticle, from: number, behind: number): AnalysedArticle | undefined {
  const spans: number[] = [];
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (let at = 0; at < article.spans.length; at += 4) {
    const [start = 0, end = 0, field = 0, section = -1] = article.spans.subarray(at, at + 4);
    if (section < from || section >= behind) continue;
    first = Math.min(first, start);
    last = Math.max(last, end);
    // Its heading is its title, and still the heading of its section.
    if (section === from && field === headingField) spans.push(start - first, end - first, titleField, section);
    spans.push(start - first, end - first, field, section);
  }
  if (spans.length === 0) return undefined;
  return { ...article, terms: article.terms.subarray(first, last), spans: new Int32Array(spans) };
}
