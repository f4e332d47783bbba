import { element, fragment, link } from './dom.js';
import { emoji, withEmoji, withPictures } from './emoji.js';
import { channelOf, personOf, state } from './state.js';
import { formatDate } from './time.js';

/** Slack's message markup, and plain text, as nodes. Nothing is ever handed to the HTML parser. */
export function renderText(object) {
  if (object === undefined || object === null) return fragment();
  if (object.type === 'mrkdwn') return renderMrkdwn(object.text ?? '');
  const text = object.text ?? '';
  return fragment(object.emoji === false ? text : withEmoji(text));
}

export function renderMrkdwn(text) {
  const pieces = text.split(/```(?:\n)?([\s\S]*?)```/);
  return fragment(
    pieces.map((piece, index) => {
      if (index % 2 === 1) return element('pre.code', {}, decode(piece.replace(/\n$/, '')));
      return renderLines(index > 0 ? piece.replace(/^\n/, '') : piece);
    }),
  );
}

/** Lines that begin with `>` are quotes, the others run on. */
function renderLines(text) {
  const parts = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) parts.push(element('blockquote', {}, joined(quote)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length > 0) parts.push(joined(plain));
    plain = [];
  };
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted !== null) {
      endPlain();
      quote.push(quoted[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return parts;
}

function joined(lines) {
  return lines.flatMap((line, index) => (index === 0 ? renderInline(line) : [element('br'), ...renderInline(line)]));
}

const styles = [
  { tag: 'strong', form: /\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])/y },
  { tag: 'em', form: /_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])/y },
  { tag: 's', form: /~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])/y },
];
const longestUnbroken = 34;
const code = /`([^`\n]+)`/y;
const reference = /<([^<>\n]+)>/y;
const address = /https?:\/\/[^\s<>|`*]*[^\s<>|`*.,;:!?)\]]/y;
const shortCode = /:([a-z0-9_+-]+):/y;

function renderInline(line) {
  const nodes = [];
  let plain = '';
  let at = 0;
  const take = (form) => {
    form.lastIndex = at;
    return form.exec(line);
  };
  const put = (node, length) => {
    if (plain !== '') nodes.push(...withPictures(decode(plain)));
    plain = '';
    nodes.push(node);
    at += length;
  };
  while (at < line.length) {
    const opensWord = at === 0 || !/\w/.test(line[at - 1]);
    const style = opensWord
      ? styles.map(({ tag, form }) => ({ tag, match: take(form) })).find(({ match }) => match)
      : undefined;
    const codeMatch = take(code);
    const referenceMatch = take(reference);
    const emojiMatch = take(shortCode);
    // Slack makes a link of an address that stands alone.
    const addressMatch = opensWord ? take(address) : null;
    if (codeMatch) put(inlineCode(decode(codeMatch[1])), codeMatch[0].length);
    else if (referenceMatch) put(renderReference(referenceMatch[1]), referenceMatch[0].length);
    else if (addressMatch) put(link(decode(addressMatch[0]), decode(addressMatch[0])), addressMatch[0].length);
    else if (emojiMatch) put(emoji(emojiMatch[1]), emojiMatch[0].length);
    else if (style) put(element(style.tag, {}, renderInline(style.match[1])), style.match[0].length);
    else {
      plain += line[at];
      at += 1;
    }
  }
  if (plain !== '') nodes.push(...withPictures(decode(plain)));
  return nodes;
}

/** A short name stays on one line: a hyphen in it is no place to break. */
export function inlineCode(text) {
  return element(text.length <= longestUnbroken ? 'code.unbroken' : 'code', {}, text);
}

/** What stands between angle brackets: a person, a channel, a group, everybody, a date, or a link. */
function renderReference(content) {
  const [target, ...rest] = content.split('|');
  const label = rest.join('|');
  if (target.startsWith('@')) return mentionPerson(target.slice(1), label);
  if (target.startsWith('#')) return mentionChannel(target.slice(1), label);
  if (target.startsWith('!subteam^')) return mentionGroup(target.slice('!subteam^'.length), label);
  if (target.startsWith('!date^')) return renderDate(target.split('^'), label);
  if (target.startsWith('!')) return element('span.mention.loud', {}, `@${target.slice(1)}`);
  return link(decode(target), label === '' ? decode(target) : fragment(renderInline(label)));
}

export function mentionPerson(id, label = '') {
  const person = personOf(id);
  const isYou = id === state.you;
  return element(
    isYou ? 'span.mention.you' : 'span.mention',
    {},
    `@${person.realName === id && label !== '' ? decode(label) : person.realName}`,
  );
}

export function mentionChannel(id, label = '') {
  return element('span.mention', {}, `#${channelOf(id)?.name ?? (label === '' ? id : decode(label))}`);
}

export function mentionGroup(id, label = '') {
  const group = state.groups.find((held) => held.id === id);
  return element('span.mention', {}, group === undefined ? decode(label) || '@group' : `@${group.handle}`);
}

function renderDate([, seconds = '', format = '', address], fallback) {
  const said = /^\d+$/.test(seconds) ? formatDate(Number(seconds), decode(format)) : decode(fallback);
  const time = element('time', { title: decode(fallback) }, said);
  return address === undefined ? time : link(decode(address), time);
}

/** The three characters that Slack has apps escape. */
export function decode(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
