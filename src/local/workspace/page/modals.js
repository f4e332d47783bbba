import { renderBlocks } from './blocks.js';
import { order } from './connection.js';
import { openDialog } from './dialogs.js';
import { element } from './dom.js';
import { icon } from './icons.js';
import { renderText } from './mrkdwn.js';
import { state } from './state.js';

let open;
/** What was typed, by view and block, so that an update by the bot takes nothing away. */
const drafts = new Map();

function draftOf(viewId) {
  const held = drafts.get(viewId) ?? { values: {}, labels: {}, errors: {}, trouble: '' };
  drafts.set(viewId, held);
  return held;
}

function surfaceOf(view) {
  const where = { viewId: view.id };
  const draft = draftOf(view.id);
  const inputs = new Map(view.blocks.filter(({ type }) => type === 'input').map((block) => [block.block_id, block]));
  const act = (which, choice) => order('press', { ...where, ...which, choice: choice ?? null });
  return {
    errors: draft.errors,
    act,
    suggest: (which, typed) => order('suggest', { ...where, ...which, typed }),
    keep({ blockId, actionId, labels }, choice) {
      draft.values[blockId] = choice;
      if (labels !== undefined) draft.labels[blockId] = labels;
      const block = inputs.get(blockId);
      // Outside of an input block, and where the block asks for it, a choice is told to the bot at once.
      if (block === undefined || block.dispatch_action) void act({ blockId, actionId }, choice);
    },
    held: ({ blockId, labels }) => (labels ? draft.labels[blockId] : draft.values[blockId]),
  };
}

async function submit(view, button) {
  const draft = draftOf(view.id);
  button.disabled = true;
  button.classList.add('busy');
  const values = Object.fromEntries(
    view.blocks
      .filter(({ type, block_id: id }) => type === 'input' && id in draft.values)
      .map(({ block_id: id }) => [id, draft.values[id]]),
  );
  const outcome = await order('submit', { values });
  draft.errors = outcome.errors ?? {};
  draft.trouble = outcome.error && outcome.error !== 'incomplete' ? 'We had some trouble connecting. Try again?' : '';
  if (state.modals.some(({ id }) => id === view.id)) drawModal(true);
}

function close(all) {
  void order('close', { all });
}

function contentOf(view) {
  const draft = draftOf(view.id);
  const closeLabel = state.modals.length > 1 ? 'Back' : 'Close';
  const send =
    view.submit &&
    element(
      'button.button.primary',
      { type: 'submit', disabled: view.submit_disabled },
      element('span.label', {}, renderText(view.submit)),
    );
  const form = element(
    'form.dialog-form',
    { novalidate: true },
    element(
      'header.dialog-head',
      {},
      element('img.avatar.small', { src: '/mark.svg', alt: '' }),
      element('h2', {}, renderText(view.title)),
      element(
        'button.quiet',
        { type: 'button', 'aria-label': closeLabel, on: { click: () => close(false) } },
        icon(state.modals.length > 1 ? 'back' : 'close'),
      ),
    ),
    element('div.dialog-body.blocks', {}, renderBlocks(view.blocks, surfaceOf(view))),
    draft.trouble !== '' && element('div.complaint.trouble', { role: 'alert' }, draft.trouble),
    element(
      'footer.dialog-foot',
      {},
      element(
        'button.button',
        { type: 'button', on: { click: () => close(false) } },
        view.close ? renderText(view.close) : 'Cancel',
      ),
      send,
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (send) void submit(view, send);
  });
  return form;
}

/** Shows the modal on top of your stack, and takes it away when the last is closed. */
export function drawModal(force = false) {
  const view = state.modals.at(-1);
  for (const id of drafts.keys()) if (!state.modals.some((held) => held.id === id)) drafts.delete(id);
  if (view === undefined) {
    open?.dialog.close();
    open = undefined;
    return;
  }
  if (!force && open?.hash === view.hash && open.id === view.id) return;
  const content = contentOf(view);
  if (open?.id === view.id) {
    const focused = open.dialog.panel.contains(document.activeElement)
      ? document.activeElement.dataset.action
      : undefined;
    open.dialog.panel.replaceChildren(content);
    open.hash = view.hash;
    const wanted =
      content.querySelector('[aria-invalid]') ??
      (focused && content.querySelector(`[data-action="${CSS.escape(focused)}"]`));
    (wanted || open.dialog.panel).focus();
    return;
  }
  open?.dialog.close();
  open = {
    id: view.id,
    hash: view.hash,
    dialog: openDialog({ label: view.title.text, onLeave: () => close(false) }, content),
  };
}
