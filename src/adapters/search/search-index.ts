import type { ReadArticle } from '../../core/article.ts';
import { type AnalysedArticle, analyse } from './analyse.ts';
import { fingerprintOf, loadCache, saveCache } from './cache.ts';
import { createLexicon } from './lexicon.ts';
import { articlesWith, buildPostings } from './postings.ts';
import { understand } from './question.ts';
import { type Ranked, type RankOptions, rank } from './rank.ts';
import { suretyWeights } from './rank-weights.ts';
import { createSpelling } from './spelling.ts';
import { tellingsOf } from './tellings.ts';
import { createTokeniser } from './tokenise.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
import type { WeighedConcept } from './whole.ts';

export type { AnalysedArticle } from './analyse.ts';
export type { RankOptions } from './rank.ts';

export type Found = {
  /** Number of the article in the list that the index was made of. */
  readonly article: number;
  /** How sure it is that the article answers, 0 to 1. */
  readonly score: number;
  /** How much of the question it says, 0 to 1, by how rare the words are; what no article says counts as well. */
  readonly share: number;
  /** By how much it fits the question, and how far it is ahead of the runners-up: see `Ranked`. */
  readonly fit: number;
  readonly margin: number;
  readonly worthShowing: boolean;
  /** Words of the question and the words of the article that say them, the most telling first. */
  readonly because: readonly { readonly asked: string; readonly found: string }[];
  readonly section: { readonly anchor: string; readonly heading: string } | undefined;
};

export type SearchIndex = {
  readonly search: (text: string, limit: number, options?: RankOptions) => Found[];
  /** The numbers of the articles that say one of these names, or another word for it. */
  readonly naming: (names: readonly string[]) => ReadonlySet<number>;
};

export type Indexer = {
  /** Reads articles that an earlier process analysed, by their keys; only before the first analysis. */
  readonly load: (file: string) => Promise<Map<string, AnalysedArticle>>;
  readonly save: (file: string, analysed: ReadonlyMap<string, AnalysedArticle>) => Promise<void>;
  /** @param problems what was wrong with the article though it could be read; kept with it */
  readonly analyse: (article: ReadArticle, problems?: readonly string[]) => AnalysedArticle;
  /** Makes an index of analysed articles. Those of an earlier index can be given again: only new ones cost analysis. */
  readonly index: (articles: readonly AnalysedArticle[]) => SearchIndex;
};

const mostReasons = 6;

/**
 * Everything that search needs, in memory: no network, no model, the same answer for the same articles every time.
 * @param readingVersion changes when the same file is read as another article; a cache of another version is not used
 */
export function createIndexer(readingVersion = 0): Indexer {
  const vocabulary = createVocabulary();
  // It remembers every word it met, which is worth keeping for one reading only.
  let tokenise = createTokeniser(vocabulary);
  const lexicon = createLexicon(vocabulary);
  const fingerprint = fingerprintOf(vocabulary, `${readingVersion} ${lexicon.fingerprint}`);
  return {
    load: (file) => loadCache(file, fingerprint, vocabulary),
    save: (file, analysed) => saveCache(file, fingerprint, vocabulary, analysed),
    analyse: (article, problems = []) => analyse(article, problems, tokenise, lexicon),
    index: (articles) => {
      tokenise = createTokeniser(vocabulary);
      const { told, articleOf } = tellingsOf(articles);
      const postings = buildPostings(told, vocabulary.size());
      const words = { vocabulary, lexicon, spelledLike: createSpelling(vocabulary, postings) };
      return {
        naming: (names) => {
          const known = names.flatMap((name) => vocabulary.known(name.toLowerCase()) ?? []);
          const terms = known.flatMap((term) => [term, ...lexicon.alternatives(term).map((other) => other.term)]);
          return new Set(terms.flatMap((term) => [...articlesWith(term, postings)].map((at) => articleOf[at] ?? at)));
        },
        search: (text, limit, options) => {
          const { concepts, ranked } = rank(understand(text, words), postings, articleOf, options);
          return ranked.slice(0, limit).map((one): Found => {
            const analysed = postings.articles[one.telling];
            return {
              article: articleOf[one.telling] ?? one.telling,
              score: Math.round(one.surety * 1000) / 1000,
              share: one.share,
              fit: one.score,
              margin: one.margin,
              worthShowing: one.surety >= suretyWeights.worthShowing,
              because: reasons(one, concepts, analysed?.language ?? 'en', vocabulary),
              section: analysed?.sections[one.section],
            };
          });
        },
      };
    },
  };
}

function reasons(
  { matched }: Ranked,
  concepts: readonly WeighedConcept[],
  language: 'en' | 'zh',
  vocabulary: Vocabulary,
): Found['because'] {
  const said = concepts
    .map(({ asked, worth, terms }, at) => ({
      asked,
      worth: worth[language],
      term: matched[at] ?? -1,
      own: terms[0]?.term,
    }))
    .filter(({ term, worth }) => term >= 0 && worth > 0)
    .sort((one, other) => other.worth - one.worth)
    .map(({ asked, term, own }) => ({ asked, found: term === own ? asked : vocabulary.word(term) }));
  const seen = new Set<string>();
  const distinct = said.filter(
    ({ asked, found }) => !seen.has(asked) && !seen.has(found) && seen.add(asked).add(found),
  );
  return distinct.slice(0, mostReasons);
}
