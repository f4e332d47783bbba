import type { ReadArticle } from '../../core/article.ts';
import { stem } from './stem.ts';
import { stopWords } from './stop-words.ts';

/** One article in both languages. */
export type Twins = { readonly en: ReadArticle; readonly zh: ReadArticle };

// A word in more articles than this tells nothing about which two belong together.
const mostArticles = 12;
const leastLikeness = 0.35;
const leastShared = 4;

/**
 * Finds the articles that exist in both languages by what a translation leaves alone: the identity in the front
 * matter, else the commands, object names and pictures, of which the rare ones are compared. Both must choose each other.
 */
export function findTwins(articles: readonly ReadArticle[]): Twins[] {
  const byIdentity = new Map<string, ReadArticle[]>();
  for (const article of articles) {
    if (article.identity === undefined) continue;
    byIdentity.set(article.identity, [...(byIdentity.get(article.identity) ?? []), article]);
  }
  const twins: Twins[] = [];
  const done = new Set<ReadArticle>();
  for (const sharing of byIdentity.values()) {
    const en = sharing.filter(({ language }) => language === 'en');
    const zh = sharing.filter(({ language }) => language === 'zh');
    const [one, other] = [en[0], zh[0]];
    if (one === undefined || other === undefined || en.length + zh.length > 2) continue;
    twins.push({ en: one, zh: other });
    done.add(one).add(other);
  }
  return [...twins, ...likeTwins(articles.filter((article) => !done.has(article)))];
}

function likeTwins(articles: readonly ReadArticle[]): Twins[] {
  const words = articles.map(({ markdown }) => new Set(markdown.match(/[A-Za-z0-9][\w./:-]{4,80}/g) ?? []));
  const holding = new Map<string, number[]>();
  for (const [number, own] of words.entries()) {
    for (const word of own) {
      const known = holding.get(word);
      if (known === undefined) holding.set(word, [number]);
      else known.push(number);
    }
  }
  const rare = (word: string) => {
    const count = holding.get(word)?.length ?? 0;
    return count > 1 && count <= mostArticles ? 1 / count : 0;
  };
  const weights = words.map((own) => [...own].reduce((sum, word) => sum + rare(word), 0));
  const choice = articles.map((article, number) => {
    const shared = new Map<number, { weight: number; count: number }>();
    for (const word of words[number] ?? []) {
      const weight = rare(word);
      if (weight === 0) continue;
      for (const other of holding.get(word) ?? []) {
        if (articles[other]?.language === article.language) continue;
        const known = shared.get(other) ?? { weight: 0, count: 0 };
        shared.set(other, { weight: known.weight + weight, count: known.count + 1 });
      }
    }
    const likeness = (other: number, common: number) =>
      common / Math.sqrt((weights[number] ?? 1) * (weights[other] ?? 1));
    const best = [...shared]
      .filter(([, { count }]) => count >= leastShared)
      .map(([other, { weight }]) => ({ other, like: likeness(other, weight) }));
    return best.sort((one, two) => two.like - one.like)[0];
  });
  return articles.flatMap((en, number) => {
    const chosen = choice[number];
    if (en.language !== 'en' || chosen === undefined || chosen.like < leastLikeness) return [];
    const zh = articles[chosen.other];
    return zh !== undefined && choice[chosen.other]?.other === number ? [{ en, zh }] : [];
  });
}

/** Stretches of text that say the same: title with title, paragraph with paragraph where both have as many. */
export function alignedTexts({ en, zh }: Twins): (readonly [en: string, zh: string])[] {
  const pairs: (readonly [string, string])[] = [[en.title, zh.title]];
  if (en.sections.length !== zh.sections.length)
    return [...pairs, ...inStep(paragraphs(en.markdown), paragraphs(zh.markdown))];
  for (const [index, section] of en.sections.entries()) {
    const other = zh.sections[index];
    if (other === undefined) continue;
    pairs.push([section.heading, other.heading]);
    pairs.push(...inStep(paragraphs(section.markdown), paragraphs(other.markdown)));
  }
  return pairs;
}

function inStep(one: readonly string[], other: readonly string[]): (readonly [string, string])[] {
  if (one.length === other.length) return one.map((text, index) => [text, other[index] ?? ''] as const);
  // A few paragraphs more or less: the beginning still runs in step, whole texts beyond that would teach noise.
  const joined = [one.join('\n'), other.join('\n')] as const;
  return joined[0].length < 1500 ? [joined] : [];
}

function paragraphs(markdown: string): string[] {
  return markdown
    .replace(/^ {0,8}```[\s\S]*?^ {0,8}```/gm, '')
    .split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)/)
    .map((text) => text.replace(/\]\([^)]*\)|https?:\S+|`[^`]*`/g, ' ').trim())
    .filter((text) => text !== '');
}

/** Stems of the English words of a text, without identifiers. */
export function englishWords(text: string): string[] {
  const words = (text.match(/\b[A-Za-z]{2,20}\b/g) ?? []).map((word) => word.toLowerCase());
  return [...new Set(words.filter((word) => !stopWords.has(word)).map(stem))];
}
