import { element } from './dom.js';
import { icon } from './icons.js';
import { sizeOf } from './time.js';

/** As many lines as fit before a person asks for the rest. */
const shortPreview = 12;

/** A file as a card: what it is called, how large it is, a look inside, and the whole of it to keep. */
export function renderFile(file) {
  const inside = element('div.file-inside', { hidden: true });
  const toggle = element('button.button.tiny', { type: 'button', 'aria-expanded': 'false' }, icon('eye'), 'Preview');
  toggle.addEventListener('click', () => {
    const opens = inside.hidden;
    inside.hidden = !opens;
    toggle.setAttribute('aria-expanded', String(opens));
    if (opens && inside.childElementCount === 0) void fill(inside, file);
  });
  const path = new URL(file.url_private).pathname;
  return element(
    'div.file',
    {},
    element(
      'div.file-row',
      {},
      element('span.file-icon', {}, icon('file')),
      element(
        'span.file-names',
        {},
        element('span.file-title', {}, file.title),
        element('span.hint', {}, `${file.name} · ${sizeOf(file.size)}`),
      ),
      element(
        'span.file-buttons',
        {},
        toggle,
        element('a.button.tiny', { href: path, download: file.name }, icon('download'), 'Download'),
      ),
    ),
    inside,
  );
}

async function fill(inside, file) {
  const response = await fetch(new URL(file.url_private).pathname);
  const lines = (response.ok ? await response.text() : 'The file cannot be read.').split('\n');
  const text = element('pre.code', { tabindex: '0' }, lines.slice(0, shortPreview).join('\n'));
  inside.append(text);
  if (lines.length <= shortPreview) return;
  const rest = element('button.button.tiny', { type: 'button' }, `Show all ${lines.length} lines`);
  rest.addEventListener('click', () => {
    text.textContent = lines.join('\n');
    rest.remove();
  });
  inside.append(rest);
}
