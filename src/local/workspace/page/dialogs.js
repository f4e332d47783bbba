import { element } from './dom.js';
import { icon } from './icons.js';
import { renderText } from './mrkdwn.js';

/**
 * A dialog over the page. Escape and the cross leave it; the focus stays inside and goes back afterwards.
 * @returns {{panel: HTMLElement, close: () => void}}
 */
export function openDialog({ label, className = '', onLeave }, ...children) {
  const before = document.activeElement;
  const panel = element(
    `div.dialog${className}`,
    { role: 'dialog', 'aria-modal': 'true', 'aria-label': label, tabindex: '-1' },
    ...children,
  );
  const backdrop = element('div.backdrop', {}, panel);
  const focusable = () => [
    ...panel.querySelectorAll('a[href], button:not(:disabled), input, textarea, select, [tabindex="0"]'),
  ];
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onLeave();
    }
    if (event.key !== 'Tab') return;
    const nodes = focusable();
    const edge = event.shiftKey ? nodes[0] : nodes.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? nodes.at(-1) : nodes[0])?.focus();
  });
  document.querySelector('.overlays').append(backdrop);
  (focusable().find((node) => node.matches('input, textarea')) ?? panel).focus();
  const close = () => {
    backdrop.remove();
    if (before?.isConnected) before.focus();
  };
  return { panel, close };
}

/** The confirmation that a button asks for; resolves to what the person said. */
export function confirmed({ title, text, confirm, deny, style }) {
  const { promise, resolve } = Promise.withResolvers();
  const leave = (answer) => {
    close();
    resolve(answer);
  };
  const yes = element(
    `button.button.${style === 'danger' ? 'danger' : 'primary'}`,
    { type: 'button', on: { click: () => leave(true) } },
    renderText(confirm ?? { text: 'Yes' }),
  );
  const no = element(
    'button.button',
    { type: 'button', on: { click: () => leave(false) } },
    renderText(deny ?? { text: 'Cancel' }),
  );
  const cross = element(
    'button.quiet',
    { type: 'button', 'aria-label': 'Close', on: { click: () => leave(false) } },
    icon('close'),
  );
  const { close } = openDialog(
    { label: title?.text ?? 'Are you sure?', className: '.small', onLeave: () => leave(false) },
    element('header.dialog-head', {}, element('h2', {}, renderText(title)), cross),
    element('div.dialog-body', {}, renderText(text)),
    element('footer.dialog-foot', {}, no, yes),
  );
  yes.focus();
  return promise;
}
