import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFolder } from '../src/adapters/markdown/articles.ts';
import { type LearnedWord, learnWords } from '../src/adapters/search/learn.ts';
import { alignedTexts, findTwins } from '../src/adapters/search/twins.ts';

const usage = `Usage: node scripts/learn-words.ts FOLDER ...

Learns which English stems and Chinese words say the same from the articles in these folders that exist in both
languages, and writes them to src/adapters/search/learned-words. Takes a few minutes for a thousand articles.
`;

const target = fileURLToPath(new URL('../src/adapters/search/learned-words/', import.meta.url));
const lineLength = 112;

/** Packs the words of each stem into entries, and the entries into lines of a bearable length. */
function lines(words: readonly LearnedWord[]): string[] {
  const entries = new Map<string, string[]>();
  for (const [english, chinese, weight] of words) {
    entries.set(english, [...(entries.get(english) ?? []), `${chinese}${Math.round(weight * 100)}`]);
  }
  const packed = [''];
  for (const [english, chinese] of entries) {
    const entry = `${english} ${chinese.join(' ')}`;
    const line = packed.at(-1) ?? '';
    if (line === '') packed[packed.length - 1] = entry;
    else if (line.length + entry.length < lineLength) packed[packed.length - 1] = `${line}, ${entry}`;
    else packed.push(entry);
  }
  return packed;
}

async function write(name: string, constant: string, part: readonly string[]): Promise<void> {
  const text = `// Written by scripts/learn-words.ts; see README.md beside this file for where it comes from.
export const ${constant}: readonly string[] = [
${part.map((line) => `  '${line}',`).join('\n')}
];
`;
  await writeFile(`${target}${name}.ts`, text);
}

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write(usage);
  process.exitCode = 64;
} else {
  const articles = (await Promise.all(folders.map(readFolder))).flatMap(({ articles: read }) => read);
  const twins = findTwins(articles);
  process.stderr.write(`${articles.length} articles, ${twins.length} of them in both languages.\n`);
  const words = learnWords(twins.flatMap(alignedTexts));
  const packed = lines(words);
  const half = Math.ceil(packed.length / 2);
  await write('first', 'learnedFirst', packed.slice(0, half));
  await write('second', 'learnedSecond', packed.slice(half));
  process.stderr.write(`${words.length} pairs of words in ${packed.length} lines.\n`);
}
