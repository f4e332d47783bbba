import { parse } from 'yaml';
import { z } from 'zod';

const TextList = z
  .unknown()
  .transform((value) => (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string'));

/** The fields that matter here, of every dialect; all others are ignored, and a wrong type never stops the reading. */
const FrontMatter = z
  .looseObject({
    title: z.unknown(),
    description: z.unknown(),
    summary: z.unknown(),
    id: z.unknown(),
    products: TextList,
    tags: TextList,
    keywords: TextList,
    findings: TextList,
  })
  .partial();

export type FrontMatter = {
  readonly title: string | undefined;
  readonly description: string;
  readonly identity: string | undefined;
  readonly products: readonly string[];
  readonly findings: readonly string[];
};

const largestFrontMatter = 64 * 1024;
const fenced = /^\s*---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
// All on one line: `---kind:   - Troubleshootingproducts:    - One---<!-- ... -->`.
const flat = /^\s*---[ \t]*([A-Za-z][\w-]*:[^\n]*?)---(?!-)/;

/** Takes the front matter off the text. Broken YAML is read line by line, as far as it can be understood. */
export function splitFrontMatter(text: string): { front: FrontMatter; markdown: string; problem?: string } {
  const head = text.slice(0, largestFrontMatter);
  const lines = fenced.exec(head);
  if (lines !== null) {
    const { fields, problem } = readFields(lines[1] ?? '');
    const markdown = text.slice(lines[0].length);
    return { front: frontMatterOf(fields), markdown, ...(problem === undefined ? {} : { problem }) };
  }
  const joined = flat.exec(head);
  if (joined !== null) {
    return { front: frontMatterOf(flatFields(joined[1] ?? '')), markdown: text.slice(joined[0].length) };
  }
  return { front: frontMatterOf({}), markdown: text };
}

function readFields(yaml: string): { fields: unknown; problem?: string } {
  try {
    // A bomb of aliases is refused, and tags make no objects.
    return { fields: parse(yaml, { maxAliasCount: 20, schema: 'core', logLevel: 'error' }) };
  } catch (error) {
    const because = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { fields: fieldsByLine(yaml), problem: `its front matter is no valid YAML (${because})` };
  }
}

function fieldsByLine(yaml: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  let last = '';
  for (const line of yaml.split('\n')) {
    const field = /^([A-Za-z][\w -]{0,40}):[ \t]*(.*)$/.exec(line);
    const item = /^\s*-\s+(.+)$/.exec(line);
    if (field !== null) {
      last = field[1] ?? '';
      const value = unquoted(field[2] ?? '');
      fields[last] = value === '' ? [] : value;
    } else if (item !== null && last !== '') {
      fields[last] = [...[fields[last] ?? []].flat(), unquoted(item[1] ?? '')];
    }
  }
  return fields;
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
}

// Without line breaks nothing tells where a value ends but the name of the next field.
const fieldNames = /(kind|products|ProductsVersion|title|id|description|tags|findings):/;

function flatFields(text: string): Record<string, string | string[]> {
  const parts = text.split(fieldNames);
  const fields: Record<string, string | string[]> = {};
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const items = (parts[at + 1] ?? '').split(/\s+-\s+/).map(unquoted);
    const values = items.filter((item) => item !== '');
    fields[parts[at] ?? ''] = values.length === 1 && items.length === 1 ? (values[0] ?? '') : values;
  }
  return fields;
}

function frontMatterOf(fields: unknown): FrontMatter {
  const read = FrontMatter.safeParse(fields ?? {});
  const data = read.success ? read.data : {};
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
  const described = [text(data.description), text(data.summary), ...(data.tags ?? []), ...(data.keywords ?? [])];
  const title = text(data.title);
  const identity = typeof data.id === 'number' ? String(data.id) : text(data.id);
  return {
    title: title === '' ? undefined : title,
    description: described.filter((part) => part !== '').join('. '),
    identity: identity === '' ? undefined : identity,
    products: data.products ?? [],
    findings: data.findings ?? [],
  };
}
