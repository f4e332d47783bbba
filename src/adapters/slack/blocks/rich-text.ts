import type { types } from '@slack/bolt';
import { clampText, readable } from './limits.ts';
import { isSlackUser } from './mrkdwn.ts';

/** A piece of a line. Slack never parses these: what an object name holds is shown, not obeyed. */
export type Words = types.RichTextElement;
type ListItem = types.RichTextSection;
export type RichPart = types.RichTextBlockElement;

/** Words of a sentence. Empty text gives nothing: Slack refuses empty elements. */
export function words(text: string, max: number = readable.sentence): Words[] {
  return text === '' ? [] : [{ type: 'text', text: clampText(text, max) }];
}

export function strong(text: string, max: number = readable.sentence): Words[] {
  return text === '' ? [] : [{ type: 'text', text: clampText(text, max), style: { bold: true } }];
}

/** A name from the cluster, set apart; on one line. */
export function code(text: string, max: number = readable.name): Words[] {
  const line = text.replaceAll('\n', ' ');
  return line === '' ? [] : [{ type: 'text', text: clampText(line, max), style: { code: true } }];
}

/** A sentence in which the house wrote commands between backticks, as in its articles. Never for others' words. */
export function prose(text: string, max: number = readable.sentence): Words[] {
  const parts = clampText(text, max).split('`');
  // An odd backtick is no pair: it is shown.
  if (parts.length % 2 === 0) return words(text, max);
  return parts.flatMap((part, at) => (at % 2 === 1 ? code(part) : words(part)));
}

/** A link when the address is one that a browser should open, else its words. */
export function link(url: string, text: string): Words[] {
  const label = clampText(text === '' ? url : text, readable.name);
  return isWebAddress(url) ? [{ type: 'link', url, text: label }] : words(label);
}

function isWebAddress(url: string): boolean {
  if (url.length > 2_000) return false;
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
}

/** A person, without pinging anybody who is not one. */
export function person(id: string, name?: string): Words[] {
  return isSlackUser(id) ? [{ type: 'user', user_id: id }] : words(name ?? id, readable.name);
}

export function line(...pieces: readonly (readonly Words[])[]): types.RichTextSection {
  return { type: 'rich_text_section', elements: pieces.flat() };
}

/** Bulleted or numbered lines. `indent` nests them under the list before. */
export function list(style: 'bullet' | 'ordered', items: readonly ListItem[], indent = 0, offset = 0): RichPart[] {
  const filled = items.filter(({ elements }) => elements.length > 0);
  if (filled.length === 0) return [];
  return [
    {
      type: 'rich_text_list',
      style,
      elements: filled,
      ...(indent > 0 ? { indent: Math.min(indent, 6) } : {}),
      ...(offset > 0 ? { offset } : {}),
    },
  ];
}

/** Log lines and diffs, exactly as they are, each cut to a readable length. */
export function preformatted(lines: readonly string[], max: number = readable.logLine): RichPart[] {
  const text = lines.map((each) => clampText(each.replaceAll('\n', ' '), max)).join('\n');
  return text.trim() === '' ? [] : [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }];
}

/** One block of rich text, or none when there is nothing to say. */
export function richText(...parts: readonly (RichPart | readonly RichPart[])[]): types.RichTextBlock[] {
  const elements = parts.flat().filter((part) => part.elements.length > 0);
  return elements.length === 0 ? [] : [{ type: 'rich_text', elements }];
}
