import { type AnalysedArticle, type Field, fields } from './analyse.ts';

/** Which articles hold a term, and how strongly, for all articles of both languages. */
export type Postings = {
  readonly articles: readonly AnalysedArticle[];
  /** 1 for an article in Chinese. */
  readonly isChinese: Uint8Array;
  /** The postings of term t are those from starts[t] up to starts[t + 1]. */
  readonly starts: Int32Array;
  readonly article: Int32Array;
  /** How strongly the article is about the term: 0 to k1 + 1, after BM25F's saturation and length. */
  readonly impact: Float32Array;
  /** How rare a term is among the articles of one language; 0 when none of them holds it. */
  readonly rarity: Readonly<Record<'en' | 'zh', Float32Array>>;
  /** A mark for every term, all zero between two questions: making it anew for each would be most of its work. */
  readonly marks: Uint16Array;
  /** Room for one number of each kind an article, for the question at hand: questions are answered one at a time. */
  readonly scratch: {
    readonly scores: Float64Array;
    readonly strongest: Float32Array;
    readonly closest: Float32Array;
    readonly touched: Int32Array;
  };
  /** How many articles there are of each language. */
  readonly size: Readonly<Record<'en' | 'zh', number>>;
};

export const weights = {
  fields: {
    title: 5,
    heading: 2,
    symptom: 1.3,
    cause: 1.3,
    resolution: 1,
    environment: 0.7,
    related: 0.3,
    other: 1,
  } satisfies Record<Field, number>,
  k1: 2.5,
  b: 0.8,
};

/** Builds the postings of all articles from their analysed forms: two passes, no text. */
export function buildPostings(articles: readonly AnalysedArticle[], vocabularySize: number): Postings {
  const fieldWeights = fields.map((field) => weights.fields[field]);
  const counts = new Int32Array(vocabularySize + 1);
  const frequency = { en: new Int32Array(vocabularySize), zh: new Int32Array(vocabularySize) };
  const size = { en: 0, zh: 0 };
  const lengths = new Float64Array(articles.length);
  const total = { en: 0, zh: 0 };
  const seen = new Int32Array(vocabularySize).fill(-1);

  for (const [number, { terms, spans, language }] of articles.entries()) {
    let length = 0;
    for (let at = 0; at < spans.length; at += 4) {
      const [start = 0, end = 0, field = 0] = [spans[at], spans[at + 1], spans[at + 2]];
      length += (end - start) * (fieldWeights[field] ?? 1);
      for (let position = start; position < end; position += 1) {
        const term = terms[position] ?? 0;
        if (seen[term] === number) continue;
        seen[term] = number;
        counts[term + 1] = (counts[term + 1] ?? 0) + 1;
        frequency[language][term] = (frequency[language][term] ?? 0) + 1;
      }
    }
    lengths[number] = length;
    total[language] += length;
    size[language] += 1;
  }
  for (let term = 0; term < vocabularySize; term += 1) counts[term + 1] = (counts[term + 1] ?? 0) + (counts[term] ?? 0);

  const all = counts[vocabularySize] ?? 0;
  const article = new Int32Array(all);
  const impact = new Float32Array(all);
  const next = counts.slice();
  const strength = new Float32Array(vocabularySize);
  for (const [number, { terms, spans, language }] of articles.entries()) {
    const touched: number[] = [];
    for (let at = 0; at < spans.length; at += 4) {
      const [start = 0, end = 0, field = 0] = [spans[at], spans[at + 1], spans[at + 2]];
      const weight = fieldWeights[field] ?? 1;
      for (let position = start; position < end; position += 1) {
        const term = terms[position] ?? 0;
        if (strength[term] === 0) touched.push(term);
        strength[term] = (strength[term] ?? 0) + weight;
      }
    }
    const average = total[language] / Math.max(size[language], 1);
    const saturation = weights.k1 * (1 - weights.b + (weights.b * (lengths[number] ?? 0)) / average);
    for (const term of touched) {
      const value = strength[term] ?? 0;
      strength[term] = 0;
      const at = next[term] ?? 0;
      next[term] = at + 1;
      article[at] = number;
      impact[at] = (value * (weights.k1 + 1)) / (value + saturation);
    }
  }
  return {
    articles,
    isChinese: Uint8Array.from(articles, ({ language }) => Number(language === 'zh')),
    starts: counts,
    article,
    impact,
    size,
    marks: new Uint16Array(vocabularySize),
    scratch: {
      scores: new Float64Array(articles.length),
      strongest: new Float32Array(articles.length),
      closest: new Float32Array(articles.length),
      touched: new Int32Array(articles.length),
    },
    rarity: { en: rarityOf(frequency.en, size.en), zh: rarityOf(frequency.zh, size.zh) },
  };
}

/** The numbers of the articles that hold a term. */
export function articlesWith(term: number, { starts, article }: Postings): Int32Array {
  return article.subarray(starts[term] ?? 0, starts[term + 1] ?? 0);
}

function rarityOf(frequency: Int32Array, size: number): Float32Array {
  return Float32Array.from(frequency, (holding) =>
    holding === 0 ? 0 : Math.log(1 + (size - holding + 0.5) / (holding + 0.5)),
  );
}
