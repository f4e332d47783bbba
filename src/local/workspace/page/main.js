import { begin } from './connection.js';
import { closeMenu } from './menus.js';
import { drawModal } from './modals.js';
import { focusComposer, renderMain, renderThread } from './panes.js';
import { openPlace } from './places.js';
import { renderSidebar } from './sidebar.js';
import { show, state, watch } from './state.js';

/** Which parts of the page each kind of change touches. */
const touched = {
  all: [renderSidebar, renderMain, renderThread, drawModal],
  place: [renderSidebar, renderMain, renderThread],
  message: [renderSidebar, renderMain, renderThread],
  deleted: [renderMain, renderThread],
  ephemeral: [renderMain, renderThread],
  'ephemeral-gone': [renderMain, renderThread],
  modals: [drawModal],
  home: [renderMain],
  scenarios: [renderSidebar, renderMain],
  bot: [renderSidebar],
  connection: [renderSidebar],
};

const waiting = new Set();
let planned = false;

/** Several changes in one moment, such as a message and its parent, are drawn once. */
watch((what) => {
  if (!state.ready) return;
  for (const part of touched[what] ?? []) waiting.add(part);
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    const parts = [...waiting];
    waiting.clear();
    for (const part of parts) part();
  });
});

let arrived = false;

/** Whoever comes by a permalink is brought to its message, once everything is there. */
watch(() => {
  if (arrived || !state.ready) return;
  arrived = true;
  openPlace(location.href);
});

document.addEventListener('keydown', (event) => {
  const isWriting =
    event.target instanceof Element && event.target.closest('input, textarea, [role=dialog], .menu') !== null;
  if (event.key === 'Escape' && state.thread !== null && !isWriting) show({ thread: null });
  if (event.key === '/' && !isWriting && !event.ctrlKey && !event.metaKey) focusComposer();
});
window.addEventListener('resize', closeMenu);
window.addEventListener('focus', () => state.ready && show({}));

await begin();
