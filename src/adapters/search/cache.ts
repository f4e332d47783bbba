import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { AnalysedArticle } from './analyse.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Raised whenever analysis changes what it makes of the same article. */
const analysisVersion = 3;

const Header = z.object({
  fingerprint: z.string(),
  vocabulary: z.array(z.string()),
  words: z.array(z.tuple([z.number(), z.string()])),
  articles: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      findings: z.array(z.string()),
      identity: z.string().optional(),
      problems: z.array(z.string()),
      language: z.enum(['en', 'zh']),
      solves: z.boolean(),
      terms: z.number().int().nonnegative(),
      spans: z.number().int().nonnegative(),
      sections: z.array(z.object({ anchor: z.string(), heading: z.string(), problem: z.boolean() })),
    }),
  ),
});

const headerLengthBytes = 8;

/** What the cache depends on beside the articles: the version of the analysis and the words known before any article. */
export function fingerprintOf(vocabulary: Vocabulary, lexiconFingerprint: string): string {
  return `${analysisVersion} ${vocabulary.size()} ${lexiconFingerprint}`;
}

/**
 * Reads analysed articles by their keys. A file that is missing, broken or of another version is as good as none.
 * @param vocabulary one that no article has been analysed into yet
 */
export async function loadCache(
  file: string,
  fingerprint: string,
  vocabulary: Vocabulary,
): Promise<Map<string, AnalysedArticle>> {
  const analysed = new Map<string, AnalysedArticle>();
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return analysed;
  }
  const header = readHeader(bytes);
  if (header === undefined || header.fingerprint !== fingerprint) return analysed;
  if (header.vocabulary.some((term, at) => at < vocabulary.size() && vocabulary.term(at) !== term)) return analysed;
  const start = headerLengthBytes + bytes.readUInt32LE(0);
  const numbers = new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4)).subarray(start / 4);
  const needed = header.articles.reduce((sum, { terms, spans }) => sum + terms + spans, 0);
  if (numbers.length !== needed) return analysed;
  for (const term of header.vocabulary) vocabulary.number(term);
  for (const [at, word] of header.words) vocabulary.number(vocabulary.term(at), word);
  let at = 0;
  for (const { key, terms, spans, ...rest } of header.articles) {
    // Copies: the numbers of one article must not keep those of all alive.
    analysed.set(key, {
      ...rest,
      identity: rest.identity,
      terms: numbers.slice(at, at + terms),
      spans: numbers.slice(at + terms, at + terms + spans),
    });
    at += terms + spans;
  }
  return analysed;
}

function readHeader(bytes: Buffer): z.infer<typeof Header> | undefined {
  try {
    if (bytes.length < headerLengthBytes || bytes.byteOffset % 4 !== 0) return undefined;
    const length = bytes.readUInt32LE(0);
    return Header.parse(JSON.parse(bytes.subarray(headerLengthBytes, headerLengthBytes + length).toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Writes analysed articles, and replaces what was there in one step. */
export async function saveCache(
  file: string,
  fingerprint: string,
  vocabulary: Vocabulary,
  analysed: ReadonlyMap<string, AnalysedArticle>,
): Promise<void> {
  const numbers = Array.from({ length: vocabulary.size() }, (_, at) => at);
  const header = {
    fingerprint,
    vocabulary: numbers.map((at) => vocabulary.term(at)),
    words: numbers.flatMap((at) => (vocabulary.word(at) === vocabulary.term(at) ? [] : [[at, vocabulary.word(at)]])),
    articles: [...analysed].map(([key, { terms, spans, ...rest }]) => ({
      key,
      ...rest,
      terms: terms.length,
      spans: spans.length,
    })),
  };
  const json = Buffer.from(JSON.stringify(header));
  // Padded with spaces, so that the numbers behind begin at a multiple of four.
  const padded = Buffer.alloc(Math.ceil(json.length / 4) * 4, ' ');
  json.copy(padded);
  const length = Buffer.alloc(headerLengthBytes);
  length.writeUInt32LE(padded.length, 0);
  const parts = [...analysed.values()].flatMap(({ terms, spans }) => [bytesOf(terms), bytesOf(spans)]);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}.new`;
  await writeFile(unfinished, Buffer.concat([length, padded, ...parts]), { mode: 0o600 });
  await rename(unfinished, file);
}

function bytesOf(numbers: Int32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
