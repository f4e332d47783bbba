import { plainWords } from './adapters/markdown/plain-words.ts';
import type { Found, RankOptions, SearchIndex } from './adapters/search/search-index.ts';
import type { ReadArticle } from './core/article.ts';
import type { ArticleLink } from './core/run.ts';

/** An article as it is needed here. */
export type LinkedArticle = {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly findings: readonly string[];
  readonly shipped: boolean;
  /** It tells of a fault and what to do about it. */
  readonly solves: boolean;
  /** The article with its text; undefined when its file is gone. */
  readonly read: () => ReadArticle | undefined;
};

/** More would be a list nobody reads. */
const mostLinks = 2;
/** So many answers to each question are weighed against each other. */
const mostAnswers = 12;
/** Sections of an article for a code whose beginnings are asked with: what the fault means, and what it does. */
const askedSections = 2;
/** Characters of a section of a team's article that are asked with. */
const askedCharacters = 1500;
/** Shipped articles that are looked through for the one of the code. */
const mostFaults = 40;
/** An article that is about more other faults before this one is about one of those. */
const mostOthers = 16;

/**
 * What counts how much, found on every finding of every test world with 5 and with 2,200 articles of teams around it.
 * With `least`, 35 of the 37 codes whose fault one of the five articles tells of lead to it; three of four first links
 * were right, most of the others of the same neighbourhood. An article that lies more than `distance` behind the best is
 * left out; one that does not say what the cause is and what to do has to be `unsolved` better.
 */
const weights = {
  agreed: 0.7,
  share: 12,
  turned: 0.25,
  unsolved: 1,
  least: 1.5,
  distance: 0.5,
  /** How much one question is worth: by how well an article fits it, and how far it is ahead of others. */
  answer: { bias: -4, fit: 1, margin: 5.5 },
};

/**
 * Finds the team's own articles about the fault of a finding. A finding alone has few words, and those in English; the
 * articles shipped for its code tell of the same fault in more words and in both languages, so they are asked as well.
 * The question is also turned round: an article is about a fault when, asked with its own words among the shipped
 * articles, it leads to the one for that fault.
 * @param boost times this for the article of a number: what people said about it
 */
export function createFindingLinks(
  articles: readonly LinkedArticle[],
  index: SearchIndex,
  boost: (article: number) => number,
): (code: string, questions: readonly string[]) => ArticleLink[] {
  const described = new Map<string, FaultDescription>();
  const leadsTo = new Map<number, ReadonlyMap<string, number>>();

  const describe = (code: string): FaultDescription =>
    kept(described, code, () => {
      const own = articles.filter(({ shipped, findings }) => shipped && findings.includes(code));
      return describeFault(
        code,
        own.flatMap(({ read }) => read() ?? []),
      );
    });
  const faultsOf = (number: number) =>
    kept(leadsTo, number, () => faultsLike(articles[number]?.read(), articles, index));

  return (code, questions) => {
    const { questions: more, products, told } = describe(code);
    const naming = products.length === 0 ? undefined : index.naming(products);
    const only = (at: number): boolean => {
      const article = articles[at];
      return article?.shipped === false && naming?.has(at) !== false;
    };
    const options: RankOptions = { boost, only };
    const asked = [...questions.map((question) => `${code}; ${question}`), ...more];
    const agreed = together(asked.map((question) => index.search(question, mostAnswers, options)))
      .filter(({ weight }) => weight >= weights.least)
      .map(({ article, weight }) => {
        const place = told ? (faultsOf(article).get(code) ?? mostFaults) : 0;
        const tells = articles[article]?.solves === true ? 0 : weights.unsolved;
        return { article, place, weight: weight - tells - weights.turned * Math.log(1 + place) };
      })
      .sort((one, other) => other.weight - one.weight || one.article - other.article);
    const least = Math.max(weights.least, (agreed[0]?.weight ?? 0) - weights.distance);
    return agreed
      .filter(({ weight, place }) => weight >= least && place <= mostOthers)
      .slice(0, mostLinks)
      .flatMap(({ article, weight }) => {
        const { id, title, url } = articles[article] ?? {};
        const score = Math.round(sigmoid(weight - weights.least) * 1000) / 1000;
        return id === undefined || title === undefined || url === undefined ? [] : [{ id, title, url, score }];
      });
  };
}

type FaultDescription = {
  /** False for a code that no shipped article tells of. */
  readonly told: boolean;
  readonly questions: readonly string[];
  /** Names of the product that the fault is a fault of; none when it can happen in any cluster. */
  readonly products: readonly string[];
};

function describeFault(code: string, written: readonly ReadArticle[]): FaultDescription {
  const system = code.split('/')[0] ?? '';
  const questions = written.flatMap(({ title, sections }) =>
    sections
      .map(({ markdown }) => plainWords(markdown.trim().split(/\n\s*\n/)[0] ?? ''))
      .filter((words) => words !== '')
      .slice(0, askedSections)
      .map((words) => `${system} ${title}; ${words}`),
  );
  const named = [...new Set(written.flatMap(({ products }) => products.map((product) => product.toLowerCase())))];
  return {
    told: written.length > 0,
    questions,
    products: named.includes(system) ? named.filter((name) => name !== 'kubernetes') : [],
  };
}

/** Articles that several questions about one fault lead to, and how much: the more of them agree, the surer. */
function together(answers: readonly (readonly Found[])[]): { article: number; weight: number }[] {
  const all = new Map<number, { doubt: number; share: number }>();
  for (const found of answers) {
    for (const { article, fit, margin, share } of found) {
      const { answer } = weights;
      const { doubt, share: before } = all.get(article) ?? { doubt: 1, share: 0 };
      const score = sigmoid(answer.bias + answer.fit * fit + answer.margin * margin);
      all.set(article, { doubt: doubt * (1 - score), share: before + share / answers.length });
    }
  }
  return [...all].map(([article, { doubt, share }]) => {
    const sure = Math.min(0.999, Math.max(0.001, 1 - doubt));
    return { article, weight: weights.agreed * Math.log(sure / (1 - sure)) + weights.share * share };
  });
}

/** The codes whose shipped articles are like an article, and at which place, the most alike at 0. */
function faultsLike(
  article: ReadArticle | undefined,
  articles: readonly LinkedArticle[],
  index: SearchIndex,
): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const question of article === undefined ? [] : ownQuestions(article)) {
    const found = index.search(question, mostFaults, { only: (at) => articles[at]?.shipped === true });
    const codes = new Set(found.flatMap((one) => articles[one.article]?.findings ?? []));
    for (const [place, code] of [...codes].entries()) places.set(code, Math.min(places.get(code) ?? place, place));
  }
  return places;
}

/** What an article tells of, in its own words: one question for each of several problems, else one for all of it. */
function ownQuestions({ title, otherTitles, sections }: ReadArticle): string[] {
  const words = (markdown: string) => plainWords(markdown.slice(0, askedCharacters));
  const problems = sections.filter(({ problem }) => problem);
  if (problems.length > 0) return problems.map(({ heading, markdown }) => `${heading}; ${words(markdown)}`);
  const telling = (['symptom', 'cause', 'resolution'] as const).flatMap((part) => {
    const told = sections.filter((section) => section.part === part).map(({ markdown }) => words(markdown));
    return told.filter((text) => text !== '').slice(0, 1);
  });
  const name = [title, ...otherTitles.slice(0, 1)].join('; ');
  return telling.length === 0 ? [name] : telling.map((text) => `${name}; ${text}`);
}

function kept<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
