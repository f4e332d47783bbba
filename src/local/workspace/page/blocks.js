import { element, fragment } from './dom.js';
import { renderElement } from './elements.js';
import { icon } from './icons.js';
import { renderMarkdown } from './markdown.js';
import { renderText } from './mrkdwn.js';
import { renderRichText } from './rich-text.js';
import { renderDataTable, renderTable } from './tables.js';

/** @param {object[]} blocks @param {import('./elements.js').Surface} surface */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    const node = (Object.hasOwn(renderers, block.type) ? renderers[block.type] : renderUnknown)(block, surface);
    node.dataset.block = block.block_id;
    return node;
  });
}

const renderers = {
  section: renderSection,
  header: (block) => element('h3.header', {}, renderText(block.text)),
  divider: () => element('hr.divider'),
  context: renderContext,
  actions: (block, surface) =>
    element(
      'div.actions',
      {},
      block.elements.map((held) => renderElement(held, block, surface)),
    ),
  context_actions: (block, surface) =>
    element(
      'div.actions.context',
      {},
      block.elements.map((held) => renderElement(held, block, surface)),
    ),
  rich_text: (block) => element('div.rich', {}, renderRichText(block)),
  markdown: (block) => element('div.markdown', {}, renderMarkdown(block.text)),
  image: renderImage,
  table: renderTable,
  data_table: renderDataTable,
  input: renderInputBlock,
  alert: renderAlert,
  card: renderCard,
  carousel: (block, surface) => element('div.carousel', { tabindex: '0' }, renderBlocks(block.elements, surface)),
  container: renderContainer,
  task_card: renderTask,
  plan: (block) =>
    element(
      'section.plan',
      {},
      element('h4', {}, block.title),
      (block.tasks ?? []).map((task) => renderTask(task)),
    ),
  video: (block) => element('p', {}, renderText(block.title)),
};

function renderUnknown(block) {
  return element('div.unknown', {}, `A block of type ${block.type}, which this page cannot show.`);
}

function renderSection(block, surface) {
  const texts = element(
    'div.section-texts',
    {},
    block.text && element('div.text', {}, renderText(block.text)),
    block.fields &&
      element(
        'div.fields',
        {},
        block.fields.map((field) => element('div.text', {}, renderText(field))),
      ),
  );
  return element(
    'div.section',
    {},
    texts,
    block.accessory && element('div.section-accessory', {}, renderElement(block.accessory, block, surface)),
  );
}

function renderContext(block) {
  const parts = block.elements.map((held) =>
    held.type === 'image'
      ? element('img', { src: held.image_url, alt: held.alt_text })
      : element('span', {}, renderText(held)),
  );
  return element('div.context-line', {}, parts);
}

function renderImage(block) {
  const picture = element('img', {
    src: block.image_url ?? block.slack_file?.url,
    alt: block.alt_text,
    loading: 'lazy',
  });
  return element('figure.picture', {}, block.title && element('figcaption', {}, renderText(block.title)), picture);
}

function renderInputBlock(block, surface) {
  const field = renderElement(block.element, block, surface);
  const id = `input-${block.block_id}`;
  const target = field.matches('input, textarea, button') ? field : null;
  target?.setAttribute('id', id);
  const error = surface.errors?.[block.block_id];
  if (error !== undefined) target?.setAttribute('aria-invalid', 'true');
  return element(
    `div.input${error === undefined ? '' : '.invalid'}`,
    {},
    element(
      'label',
      { for: target === null ? null : id },
      renderText(block.label),
      block.optional && element('span.optional', {}, ' (optional)'),
    ),
    field,
    error !== undefined && element('div.complaint', { role: 'alert' }, error),
    block.hint && element('div.hint', {}, renderText(block.hint)),
  );
}

const alertIcons = { error: 'warning', warning: 'warning', success: 'check', info: 'info', default: 'info' };

function renderAlert(block) {
  const level = Object.hasOwn(alertIcons, block.level ?? '') ? block.level : 'default';
  return element(
    `div.alert.${level}`,
    { role: 'note' },
    icon(alertIcons[level]),
    element('div.text', {}, renderText(block.text)),
  );
}

function renderCard(block, surface) {
  return element(
    'article.card',
    {},
    block.hero_image && element('img.hero', { src: block.hero_image.image_url, alt: block.hero_image.alt_text }),
    element(
      'div.card-head',
      {},
      block.icon && element('img', { src: block.icon.image_url, alt: block.icon.alt_text }),
      element(
        'div',
        {},
        block.title && element('h4', {}, renderText(block.title)),
        block.subtitle && element('div.hint', {}, renderText(block.subtitle)),
      ),
    ),
    block.body && element('div.text', {}, renderText(block.body)),
    block.actions &&
      element(
        'div.actions',
        {},
        block.actions.map((held) => renderElement(held, block, surface)),
      ),
  );
}

function renderContainer(block, surface) {
  const title = block.rich_text_title ? renderRichText(block.rich_text_title) : renderText(block.title);
  const head = [
    element('span.container-title', {}, title),
    block.subtitle && element('span.hint', {}, renderText(block.subtitle)),
  ];
  const body = element('div.container-body', {}, renderBlocks(block.child_blocks, surface));
  if (!block.is_collapsible) return element('section.container', {}, element('header', {}, head), body);
  const open = block.default_collapsed ? null : true;
  return element(
    'details.container',
    { open },
    element('summary', {}, icon('down'), element('span.container-head', {}, head)),
    body,
  );
}

const taskIcons = { pending: 'circle', in_progress: 'circle', complete: 'check', error: 'close' };
const taskWords = { pending: 'not begun', in_progress: 'running', complete: 'done', error: 'failed' };

function renderTask(task) {
  const status = Object.hasOwn(taskIcons, task.status) ? task.status : 'pending';
  const sources = (task.sources ?? []).map((source) => element('span.hint', {}, source.text ?? source.url ?? ''));
  return element(
    `div.task.${status}`,
    {},
    icon(taskIcons[status], taskWords[status]),
    element(
      'div',
      {},
      element('div.task-title', {}, task.title),
      task.details && element('div.rich', {}, renderRichText(task.details)),
      task.output && element('div.rich', {}, renderRichText(task.output)),
      fragment(sources),
    ),
  );
}
