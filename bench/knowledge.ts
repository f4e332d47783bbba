import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { openKnowledge } from '../src/knowledge.ts';
import type { KnowledgeBase } from '../src/ports/knowledge.ts';

const Question = z.object({
  id: z.string(),
  lang: z.enum(['en', 'zh']),
  kind: z.enum(['finding', 'logline', 'freetext']),
  query: z.string(),
  relevant: z.array(z.string()).min(1),
  cross: z.boolean(),
});
type Question = z.infer<typeof Question>;

const usualFolder = fileURLToPath(new URL('../../shared/kb', import.meta.url));
const ownQuestions = fileURLToPath(new URL('./questions.jsonl', import.meta.url));
const withoutArticle = fileURLToPath(new URL('./without-article.txt', import.meta.url));
const rounds = 5;
/** Articles are taken away for so many groups of questions, one group after the other. */
const groups = 8;

/**
 * Prints how well and how fast the articles of a folder are found: hit@1, hit@3 and MRR@10 by kind and language, for
 * the questions beside the articles and for our own in `questions.jsonl`; how many links would be shown and are right;
 * the time to index, of a query, and the memory.
 * @param folder holds `corpus/` and `queries-dev.jsonl`, and the samples beside it
 */
export async function benchKnowledge(folder: string = usualFolder): Promise<void> {
  if (!existsSync(join(folder, 'queries-dev.jsonl'))) {
    console.log(`knowledge: skipped, because there are no articles and questions in ${folder}.`);
    return;
  }
  const questions = questionsIn(join(folder, 'queries-dev.jsonl'));
  // They are about these articles; others have no answers to them.
  const own = folder === usualFolder ? questionsIn(ownQuestions) : [];
  const folders = [join(folder, 'corpus'), join(folder, '../samples/articles')].filter((one) => existsSync(one));
  const sources = folders.map((one) => ({ folder: one }));

  const cacheFolder = mkdtempSync(join(tmpdir(), 'knowledge-bench-'));
  try {
    const cold = await timed(async () => openKnowledge({ sources }));
    console.log(
      `knowledge: ${cold.result.articles().length} articles; index ${seconds(cold.took)}; ${megabytes(process.memoryUsage().rss)} of memory`,
    );
    measure(cold.result, 'questions to develop with', questions);
    if (own.length > 0) measure(cold.result, 'our own questions', own);
    const unanswered = readFileSync(withoutArticle, 'utf8').trim().split('\n');
    console.log(
      `  links shown unasked for questions that no article answers: ${shownFor(cold.result, unanswered)} of ${unanswered.length}`,
    );
    const asked = speed(cold.result, [...questions, ...own]);
    console.log(`  ${megabytes(process.memoryUsage().rss)} of memory after ${asked} questions`);
    await openKnowledge({ sources, cacheFolder });
    const warm = await timed(async () => openKnowledge({ sources, cacheFolder }));
    console.log(`  index from the cache ${seconds(warm.took)}`);
    const all = [...questions, ...own];
    const orphaned = await shownWithoutTheirs(all, folders, cacheFolder);
    console.log(`  links shown unasked for questions whose articles were taken away: ${orphaned} of ${all.length}`);
  } finally {
    rmSync(cacheFolder, { recursive: true });
  }
}

function questionsIn(file: string): Question[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => Question.parse(JSON.parse(line)));
}

function measure(knowledge: KnowledgeBase, what: string, questions: readonly Question[]): void {
  const answers = questions.map((question) => {
    const hits = knowledge.search(question.query, { limit: 10 });
    return { question, hits, at: hits.findIndex(({ id }) => question.relevant.includes(id)) };
  });
  type Answer = (typeof answers)[number];
  const groups: readonly (readonly [string, (answer: Answer) => boolean])[] = [
    ['all', () => true],
    ['findings', ({ question }) => question.kind === 'finding'],
    ['log lines', ({ question }) => question.kind === 'logline'],
    ['free text, zh', ({ question }) => question.kind === 'freetext' && question.lang === 'zh'],
    ['free text, en', ({ question }) => question.kind === 'freetext' && question.lang === 'en'],
    ['across languages', ({ question }) => question.cross],
  ];
  console.log(`  ${what}`);
  console.log('                     count  hit@1  hit@3  MRR@10');
  for (const [name, belongs] of groups) {
    const group = answers.filter(belongs);
    const share = (test: (at: number) => number) =>
      mean(group.map(({ at }) => test(at)))
        .toFixed(2)
        .padStart(6);
    const figures = [
      share((at) => Number(at === 0)),
      share((at) => Number(at >= 0 && at < 3)),
      share((at) => (at < 0 ? 0 : 1 / (at + 1))),
    ];
    console.log(`  ${name.padEnd(18)} ${String(group.length).padStart(5)} ${figures.join(' ')}`);
  }
  const shown = answers.filter(({ hits }) => hits[0]?.worthShowing === true);
  const right = shown.filter(({ at }) => at === 0).length;
  console.log(`  links shown unasked: ${shown.length} of ${answers.length} questions, ${right} of them right`);
}

function shownFor(knowledge: KnowledgeBase, texts: readonly string[]): number {
  return texts.filter((text) => knowledge.search(text, { limit: 1 })[0]?.worthShowing === true).length;
}

/** How many questions are shown a link for when the articles that answer them are not there. */
async function shownWithoutTheirs(
  questions: readonly Question[],
  folders: readonly string[],
  cacheFolder: string,
): Promise<number> {
  let shown = 0;
  for (let group = 0; group < groups; group += 1) {
    const asked = questions.filter((_, at) => at % groups === group);
    const theirs = new Set(asked.flatMap(({ relevant }) => relevant));
    const folder = mkdtempSync(join(tmpdir(), 'knowledge-without-'));
    try {
      for (const [at, one] of folders.entries()) {
        cpSync(one, join(folder, String(at)), { recursive: true, filter: (file) => !theirs.has(parse(file).name) });
      }
      const sources = folders.map((_, at) => ({ folder: join(folder, String(at)) }));
      const left = await openKnowledge({ sources, cacheFolder });
      shown += shownFor(
        left,
        asked.map(({ query }) => query),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return shown;
}

/** @returns how many questions were asked */
function speed(knowledge: KnowledgeBase, questions: readonly Question[]): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { query } of questions) {
      const started = performance.now();
      knowledge.search(query, { limit: 10 });
      times.push(performance.now() - started);
    }
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  console.log(`  a query takes ${at(0.5)} ms (p50), ${at(0.99)} ms (p99)`);
  return times.length;
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; took: number }> {
  const started = performance.now();
  return { result: await work(), took: performance.now() - started };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchKnowledge(process.argv[2]);
}
