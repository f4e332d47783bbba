import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { missLines, sourceLines } from './app/knowledge-report.ts';
import { WrongUsage } from './core/errors.ts';
import type { Miss } from './core/miss.ts';
import { plainText } from './core/redact.ts';
import { type KnowledgeOptions, openKnowledge } from './knowledge.ts';
import { shippedSource } from './knowledge-sources.ts';
import type { Hit, KnowledgeBase } from './ports/knowledge.ts';

export const kbUsage = `  triage kb search TEXT [--articles DIR ...] [--limit N] [--output text|json]
  triage kb search --queries FILE.jsonl [--articles DIR ...] [--limit N]
  triage kb problems [--articles DIR ...]
  triage kb report
`;

const usualLimit = 10;
const mostResults = 100;
const mostMisses = 100;
const mostProblems = 1000;

const Query = z.object({ id: z.union([z.string(), z.number()]), query: z.string() });

export type KbCommandOptions = {
  /** What the configuration says; asked for, and searched with the shipped articles, when no folder is named. */
  readonly configured?: () => KnowledgeOptions;
  /** What the house remembers that no article answered; undefined when nothing says where it is remembered. */
  readonly misses?: () => Promise<readonly Miss[] | undefined>;
  readonly print?: (text: string) => unknown;
};

/**
 * `triage kb ...`: searches the articles, one question or a file of them, and names those that could not be read.
 * With `--articles` only those folders are searched, else the configured sources and the shipped articles.
 * @returns the exit code
 * @throws {WrongUsage} when the words cannot be understood
 */
export async function kbCommand(
  args: readonly string[],
  {
    configured = () => ({ sources: [] }),
    misses = async () => undefined,
    print = (text) => process.stdout.write(text),
  }: KbCommandOptions = {},
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      articles: { type: 'string', multiple: true, default: [] },
      limit: { type: 'string' },
      queries: { type: 'string' },
      output: { type: 'string', default: 'text' },
    },
  });
  const [verb, ...words] = positionals;
  if (verb !== 'search' && verb !== 'problems' && verb !== 'report') {
    throw new WrongUsage(`There is no kb ${verb ?? 'without a word behind it'}.`, `Use one of these:\n${kbUsage}`);
  }
  if (!['text', 'json'].includes(values.output)) {
    throw new WrongUsage(`There is no output ${values.output}.`, 'Use text or json.');
  }
  const limit = limitOf(values.limit);
  const text = words.join(' ').trim();
  if (verb === 'search' && (text === '') === (values.queries === undefined)) {
    throw new WrongUsage('Ask one question, or name one file of questions.', `Use one of these:\n${kbUsage}`);
  }
  const queries = values.queries === undefined ? undefined : readQueries(values.queries);
  const knowledge = await openKnowledge(knowledgeOptions(values.articles, configured));
  if (verb === 'problems') {
    const lines = knowledge.problems().map(({ source, file, because }) => `${source}: ${file}: ${because}.`);
    print(lines.length === 0 ? 'Every article could be read.\n' : plainText(`${lines.join('\n')}\n`));
  } else if (verb === 'report') {
    print(plainText(`${reportLines(knowledge, await misses()).join('\n')}\n`));
  } else if (queries !== undefined) {
    for (const { id, query } of queries) {
      print(`${JSON.stringify({ id, results: knowledge.search(query, { limit }).map(asResult) })}\n`);
    }
  } else {
    const hits = knowledge.search(text, { limit });
    print(values.output === 'json' ? `${JSON.stringify(hits.map(asResult), undefined, 2)}\n` : asText(hits));
  }
  return 0;
}

function reportLines(knowledge: KnowledgeBase, misses: readonly Miss[] | undefined): string[] {
  const missed =
    misses === undefined
      ? ['Set REDIS_URL to that of the running house to list what no article answered.']
      : missLines(misses, mostMisses);
  return [...sourceLines(knowledge, mostProblems), ...missed];
}

/**
 * The articles that the command line works with: the folders that were named, else what the configuration says.
 * @throws {WrongUsage} for a folder that is not there
 */
export function knowledgeOptions(folders: readonly string[], configured: () => KnowledgeOptions): KnowledgeOptions {
  const missing = folders.filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true);
  if (missing.length > 0)
    throw new WrongUsage(`There is no folder ${missing.join(', ')}.`, 'Name folders of articles.');
  if (folders.length > 0) return { sources: folders.map((folder) => ({ folder })) };
  const options = configured();
  return { ...options, sources: [...options.sources, shippedSource] };
}

function limitOf(given: string | undefined): number {
  if (given === undefined) return usualLimit;
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostResults) {
    throw new WrongUsage(`The limit ${given} is not right.`, `Use a whole number from 1 to ${mostResults}.`);
  }
  return limit;
}

function readQueries(file: string): z.infer<typeof Query>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new WrongUsage(`The file ${file} cannot be read.`, 'Name a file with {"id", "query"} on each line.');
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      return Query.parse(JSON.parse(line));
    } catch {
      throw new WrongUsage(`Line ${index + 1} of ${file} is no question.`, 'Write {"id", "query"} on each line.');
    }
  });
}

function asResult({ id, title, url, score, worthShowing, section }: Hit) {
  return { id, title, url, score, worthShowing, ...(section === undefined ? {} : { section: section.heading }) };
}

function asText(hits: readonly Hit[]): string {
  if (hits.length === 0) return 'No article holds any of these words.\n';
  const sure = hits.some(({ worthShowing }) => worthShowing);
  const lines = hits.map(({ title, url, score, because, section }, index) => {
    const matched = because.map(({ asked, found }) => (asked === found ? asked : `${asked} → ${found}`));
    const where = section === undefined || section.heading === '' ? '' : `   ${section.heading}\n`;
    return `${index + 1}. ${title} (${Math.round(score * 100)} %)\n${where}   ${url}\n   matched: ${matched.join(', ')}\n`;
  });
  return plainText(
    `${sure ? '' : 'No article is sure to answer; these share words with the question.\n'}${lines.join('')}`,
  );
}
