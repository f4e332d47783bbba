import { element, fragment, link } from './dom.js';
import { emoji, withPictures } from './emoji.js';
import { mentionChannel, mentionGroup, mentionPerson } from './mrkdwn.js';
import { formatDate } from './time.js';

/** The `rich_text` block: its texts are never parsed, which is why logs and object names come in it. */
export function renderRichText({ elements = [] }) {
  return fragment(elements.map(renderPart));
}

function renderPart(part) {
  switch (part.type) {
    case 'rich_text_section':
      return element('div.rich-section', {}, part.elements.map(renderRun));
    case 'rich_text_quote':
      return element('blockquote', {}, part.elements.map(renderRun));
    case 'rich_text_preformatted':
      return element(
        'pre.code',
        {},
        part.elements.map((run) => (run.type === 'link' ? link(run.url, run.text ?? run.url) : run.text)),
      );
    case 'rich_text_list': {
      const tag = part.style === 'ordered' ? 'ol' : 'ul';
      const start = part.style === 'ordered' && part.offset ? part.offset + 1 : null;
      const items = part.elements.map((item) => element('li', {}, item.elements.map(renderRun)));
      return element(`${tag}.depth-${Math.min(4, part.indent ?? 0)}`, { start }, items);
    }
    default:
      return element('div.unknown', {}, `A part of type ${part.type}.`);
  }
}

function renderRun(run) {
  return styled(contentOf(run), run.style ?? {});
}

function contentOf(run) {
  switch (run.type) {
    case 'text':
      return run.style?.code ? run.text : fragment(withPictures(run.text));
    case 'link':
      return link(run.url, run.text || run.url);
    case 'emoji':
      return emoji(run.name);
    case 'user':
      return mentionPerson(run.user_id);
    case 'channel':
      return mentionChannel(run.channel_id);
    case 'usergroup':
      return mentionGroup(run.usergroup_id);
    case 'broadcast':
      return element('span.mention.loud', {}, `@${run.range}`);
    case 'date':
      return element('time', {}, formatDate(run.timestamp, run.format));
    case 'color':
      return run.value;
    default:
      return '';
  }
}

const tags = { code: 'code', bold: 'strong', italic: 'em', strike: 's', underline: 'u', highlight: 'mark' };

function styled(content, style) {
  let node = content;
  for (const [name, tag] of Object.entries(tags)) if (style[name]) node = element(tag, {}, node);
  return node;
}
