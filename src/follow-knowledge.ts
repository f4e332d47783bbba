import type { ArticleProblem, KnowledgeBase } from './ports/knowledge.ts';

export type Following = {
  /** How often folders are looked through; a remote has its own, longer time. */
  readonly everyMilliseconds: number;
  /** Refreshed with the articles: what is known of them by their use. */
  readonly alongside?: () => Promise<void>;
  /** Told of each file that cannot be read, once until it is gone. */
  readonly onProblem: (problem: ArticleProblem) => void;
  readonly onTrouble: (error: unknown) => void;
};

/**
 * Refreshes now and every so often until stopped. Searches are answered from the old articles until the new ones are
 * ready; a refresh that fails leaves what was known, and is said.
 */
export function followKnowledge(
  knowledge: Pick<KnowledgeBase, 'problems' | 'refresh'>,
  { everyMilliseconds, alongside, onProblem, onTrouble }: Following,
): { stop: () => void } {
  let said = new Set<string>();
  const say = () => {
    const problems = knowledge.problems().map((problem) => [JSON.stringify(problem), problem] as const);
    for (const [key, problem] of problems) if (!said.has(key)) onProblem(problem);
    said = new Set(problems.map(([key]) => key));
  };
  const refresh = () => {
    knowledge.refresh().then(say).catch(onTrouble);
    alongside?.().catch(onTrouble);
  };
  refresh();
  const timer = setInterval(refresh, everyMilliseconds);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
