import type { Rendering } from '../../../../src/adapters/slack/blocks/compose.ts';

type Node = Readonly<Record<string, unknown>>;

/** What a reader sees of a rendering, as lines: enough to judge the words and their order. */
export function outline({ blocks, text }: Rendering): string {
  return [`notification: ${text}`, ...blocks.flatMap((block) => [`[${block.type}]`, ...linesOf(block)])].join('\n');
}

function linesOf(value: unknown): string[] {
  return spoken(value)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line}`);
}

function spoken(value: unknown): string {
  if (Array.isArray(value)) return value.map(spoken).join('');
  if (!isNode(value)) return '';
  const { type, text, elements } = value;
  switch (type) {
    case 'button':
      return `( ${spoken(text)} )${isNode(value['confirm']) ? ` asks: ${spoken(value['confirm']['text'])}` : ''}\n`;
    case 'user':
      return `@${String(value['user_id'])}`;
    case 'usergroup':
      return `@${String(value['usergroup_id'])}`;
    case 'link':
      return `${String(text)} -> ${String(value['url'])}`;
    case 'context':
      return Array.isArray(elements) ? elements.map(spoken).join(' | ') : '';
    case 'rich_text_list':
      return Array.isArray(elements)
        ? elements.map((item) => `${'  '.repeat(Number(value['indent'] ?? 0))}- ${spoken(item)}`).join('')
        : '';
    case 'rich_text_section':
    case 'rich_text_quote':
      return `${spoken(elements)}\n`;
    case 'rich_text_preformatted':
      return spoken(elements)
        .split('\n')
        .map((line) => `    ${line}\n`)
        .join('');
    case undefined:
      return '';
    default:
      if (typeof text === 'string') return text;
      return text === undefined ? spoken(elements) : spoken(text);
  }
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Every text of a kind in a value: `mrkdwn`, `plain_text`, or the `text` pieces of rich text. */
export function textsOf(value: unknown, type: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, type));
  if (!isNode(value)) return [];
  const own = value['type'] === type && typeof value['text'] === 'string' ? [value['text']] : [];
  return [...own, ...Object.values(value).flatMap((each) => textsOf(each, type))];
}
