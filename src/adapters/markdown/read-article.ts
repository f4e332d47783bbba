import type { ReadArticle, Section } from '../../core/article.ts';
import { decodeText } from './decode.ts';
import { splitFrontMatter } from './front-matter.ts';
import { restoreLineBreaks } from './line-breaks.ts';
import { sectionsOf } from './sections.ts';

/** Raised whenever the same bytes are read as another article, so that no cache keeps the old reading. */
export const readingVersion = 4;

/** What is longer is cut here: a dump of a log is found by its beginning. */
export const longestText = 1_000_000;

/**
 * Reads one article of any shape.
 * @param id path below the folder of its source, without extension
 * @returns the article, and what was wrong with it though it could be read, each one clause without a full stop
 * @throws when the bytes are no text.
 */
export function readArticle(id: string, bytes: Uint8Array): { article: ReadArticle; problems: readonly string[] } {
  const decoded = decodeText(bytes).replace(/\r\n?/g, '\n');
  const { front, markdown, problem } = splitFrontMatter(decoded.slice(0, longestText));
  const problems = problem === undefined ? [] : [problem];
  if (decoded.length > longestText) {
    problems.push(`it has ${decoded.length} characters; only the first ${longestText} were read`);
  }
  const body = restoreLineBreaks(withoutComments(markdown));
  const sections = sectionsOf(body);
  const names = titles(front.title, body, sections[0]?.level === 0 ? sections[1] : sections[0], id);
  const language = languageOf(body);
  const article: ReadArticle = {
    id,
    title: titleOf(names[0] ?? id, sections, language),
    otherTitles: names.slice(1),
    language,
    markdown: body,
    findings: front.findings,
    products: front.products,
    description: front.description,
    identity: front.identity ?? /^[^\w\n]{0,12}Page ID:\s*(\S+)/im.exec(body)?.[1],
    sections,
  };
  return { article, problems };
}

// Import lines of MDX are code of the page, not of the article.
function withoutComments(markdown: string): string {
  return markdown
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/^import\s+[\w{}\s,*]+\s+from\s+['"][^'"\n]+['"];?\s*$/gm, '');
}

/** Characters. */
const longestLead = 200;

/**
 * Best first. The heading is no title when it was cut at its first hyphen (`# 2022` of `2022-09-20 ...`); where nothing
 * is left of it but a number, the first paragraph below it says what it was to say. The file name is a title only when
 * it has words and not just a number.
 */
function titles(inFront: string | undefined, body: string, first: Section | undefined, id: string): string[] {
  const heading = first?.heading;
  const original = /^[^\w\n]{0,12}Original Title:\s*(.+)$/im.exec(body)?.[1]?.trim();
  const cutAt = original?.split('-')[0]?.trim() ?? '';
  const wasCut =
    original !== undefined && original.includes('-') && cutAt !== '' && heading?.startsWith(cutAt) === true;
  const lead = first?.markdown
    .trim()
    .split(/\n\s*\n/, 1)[0]
    ?.slice(0, longestLead);
  const rest = wasCut ? heading.slice(cutAt.length).trim() || (/\p{L}/u.test(cutAt) ? '' : lead) : heading;
  const name = (id.split('/').at(-1) ?? id).replace(/[_-]+/g, ' ').trim();
  const nameIsTitle = /\p{L}{2,}.*\p{L}{2,}/u.test(name.replace(/\b[0-9a-f]{6,}\b/gi, ''));
  const ranked = [inFront, ...(wasCut ? [original, rest] : [rest, original]), nameIsTitle ? name : undefined];
  const said = ranked.filter((one): one is string => one !== undefined && /\p{L}/u.test(one));
  return [...new Set(said)];
}

/** A file that begins with the first of several problems tells how many there are. */
function titleOf(first: string, sections: readonly Section[], language: 'en' | 'zh'): string {
  const problems = sections.filter(({ problem }) => problem);
  if (problems.length < 2 || problems[0]?.heading !== first) return first;
  const more = problems.length - 1;
  return language === 'zh' ? `${first}（另有 ${more} 个问题）` : `${first} (and ${more} more)`;
}

// Enough prose to tell its language; an article may be followed by megabytes of log.
const proseSample = 12_000;

/** By its prose, because logs and manifests are English everywhere: a Chinese article has Chinese sentences. */
function languageOf(markdown: string): 'en' | 'zh' {
  const prose = markdown
    .slice(0, proseSample)
    .replace(/^ {0,8}```[\s\S]*?^ {0,8}```/gm, '')
    .replace(/\]\([^)\n]*\)|https?:\/\/\S*/g, '');
  const han = prose.match(/[\u3400-\u9fff]/g)?.length ?? 0;
  const words = prose.match(/[A-Za-z]{2,}/g)?.length ?? 0;
  return han > words * 0.4 ? 'zh' : 'en';
}
