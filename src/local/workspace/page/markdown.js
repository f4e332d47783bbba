import { element, fragment, link } from './dom.js';
import { withEmoji } from './emoji.js';
import { inlineCode } from './mrkdwn.js';

/** The `markdown` block: the usual Markdown, as far as messages use it. HTML in it is text. */
export function renderMarkdown(text) {
  const lines = text.replaceAll('\r', '').split('\n');
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const { node, used } = renderPart(lines, at);
    if (node !== undefined) nodes.push(node);
    at += used;
  }
  return fragment(nodes);
}

function renderPart(lines, at) {
  const line = lines[at];
  if (line.trim() === '') return { used: 1 };
  if (line.startsWith('```')) return fenced(lines, at);
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) return { used: 1, node: element(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])) };
  if (/^(\*\s*){3,}$|^(-\s*){3,}$/.test(line)) return { used: 1, node: element('hr') };
  if (/^\s*\|.*\|\s*$/.test(line) && /^\s*\|[\s:|-]+\|\s*$/.test(lines[at + 1] ?? '')) return table(lines, at);
  if (line.startsWith('>')) {
    const held = run(lines, at, (next) => next.startsWith('>'));
    return {
      used: held.length,
      node: element('blockquote', {}, renderMarkdown(held.map((next) => next.replace(/^> ?/, '')).join('\n'))),
    };
  }
  if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) return list(lines, at);
  const held = run(lines, at, (next) => next.trim() !== '' && !/^(```|#{1,6}\s|>|\s*([-*+]|\d+[.)])\s+)/.test(next));
  const taken = held.length === 0 ? [line] : held;
  return {
    used: taken.length,
    node: element(
      'p',
      {},
      taken.flatMap((next, index) => (index === 0 ? inline(next) : [element('br'), ...inline(next)])),
    ),
  };
}

function run(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end])) end += 1;
  return lines.slice(at, end);
}

function fenced(lines, at) {
  let end = at + 1;
  while (end < lines.length && !lines[end].startsWith('```')) end += 1;
  return { used: end - at + 1, node: element('pre.code', {}, lines.slice(at + 1, end).join('\n')) };
}

function list(lines, at) {
  const held = run(lines, at, (next) => /^\s*([-*+]|\d+[.)])\s+/.test(next) || /^\s{2,}\S/.test(next));
  const ordered = /^\s*\d/.test(lines[at]);
  const items = [];
  for (const line of held) {
    const item = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
    if (item) items.push({ depth: Math.min(4, Math.floor(item[1].length / 2)), words: item[2] });
    else items.at(-1).words += ` ${line.trim()}`;
  }
  const nodes = items.map(({ depth, words }) => element(`li.depth-${depth}`, {}, inline(words)));
  return { used: held.length, node: element(ordered ? 'ol' : 'ul', {}, nodes) };
}

function table(lines, at) {
  const held = run(lines, at, (next) => /^\s*\|.*\|\s*$/.test(next));
  const cells = (line) =>
    line
      .trim()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  const [head, , ...rows] = held.map(cells);
  return {
    used: held.length,
    node: element(
      'div.table-frame',
      {},
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            head.map((cell) => element('th', {}, inline(cell))),
          ),
        ),
        element(
          'tbody',
          {},
          rows.map((row) =>
            element(
              'tr',
              {},
              row.map((cell) => element('td', {}, inline(cell))),
            ),
          ),
        ),
      ),
    ),
  };
}

const forms = [
  { form: /`([^`]+)`/, make: (match) => inlineCode(match[1]) },
  { form: /\[([^\]]+)\]\(([^)\s]+)\)/, make: (match) => link(match[2], fragment(inline(match[1]))) },
  { form: /\*\*(.+?)\*\*/, make: (match) => element('strong', {}, inline(match[1])) },
  { form: /~~(.+?)~~/, make: (match) => element('s', {}, inline(match[1])) },
  { form: /(?<!\w)[*_](?!\s)([^*_]+?)[*_](?!\w)/, make: (match) => element('em', {}, inline(match[1])) },
  { form: /https?:\/\/[^\s<>)]+/, make: (match) => link(match[0], match[0]) },
];

function inline(text) {
  const found = forms
    .map(({ form, make }) => ({ match: form.exec(text), make }))
    .filter(({ match }) => match !== null)
    .sort((one, two) => one.match.index - two.match.index)[0];
  if (found === undefined) return withEmoji(text);
  const { match, make } = found;
  return [...withEmoji(text.slice(0, match.index)), make(match), ...inline(text.slice(match.index + match[0].length))];
}
