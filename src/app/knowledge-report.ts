import { type Miss, missesKeptDays } from '../core/miss.ts';
import type { Feedback } from '../ports/feedback.ts';
import type { KnowledgeBase } from '../ports/knowledge.ts';
import type { House } from './house.ts';

const mostLines = 15;

/** What the articles lack: what no article answered and what could not be read, for whoever writes them. */
export async function knowledgeReport(house: Pick<House, 'feedback' | 'knowledge' | 'clock'>): Promise<string> {
  return [
    ...missLines(await house.feedback.misses(house.clock.now()), mostLines),
    ...sourceLines(house.knowledge, mostLines),
  ].join('\n');
}

/** Codes and questions without an article, the most frequent first. */
export function missLines(misses: Awaited<ReturnType<Feedback['misses']>>, most: number): string[] {
  const of = (kind: Miss['kind']) => misses.filter((miss) => miss.kind === kind);
  return [
    ...part('findings that no article was written for', 'Every finding', of('finding'), most),
    ...part('questions that no article was sure to answer', 'Every question', of('question'), most),
  ];
}

function part(what: string, each: string, misses: readonly Miss[], most: number): string[] {
  if (misses.length === 0) return [`${each} of the last ${missesKeptDays} days has an article.`];
  const lines = misses.slice(0, most).map(({ what: said, count, last }) => {
    const times = count === 1 ? 'once' : `${count} times`;
    return `• ${said} (${times}, last on ${last.slice(0, 10)})`;
  });
  const left = misses.length - lines.length;
  const title = `The ${what} in the last ${missesKeptDays} days: ${misses.length}.`;
  return [title, ...lines, ...(left > 0 ? [`• and ${left} more`] : [])];
}

/** How many articles each source has, and what could not be read of it. */
export function sourceLines(knowledge: Pick<KnowledgeBase, 'sources' | 'problems'>, most: number): string[] {
  const problems = knowledge.problems();
  const lines = problems.slice(0, most).map(({ source, file, because }) => {
    return `• ${[...new Set([source, file])].filter((name) => name !== '').join(': ')}: ${because}`;
  });
  const left = problems.length - lines.length;
  return [
    ...knowledge
      .sources()
      .map(
        ({ source, articles }) =>
          `${articles} ${articles === 1 ? 'article was' : 'articles were'} read from ${source}.`,
      ),
    problems.length === 0
      ? 'Every article could be read.'
      : `What could not be read, or not as it was meant: ${problems.length}.`,
    ...lines,
    ...(left > 0 ? [`• and ${left} more`] : []),
  ];
}
