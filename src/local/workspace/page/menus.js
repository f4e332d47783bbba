import { element } from './dom.js';
import { icon } from './icons.js';
import { renderText } from './mrkdwn.js';

let closeOpen;

/** Closes whatever menu is open. */
export function closeMenu() {
  closeOpen?.();
}

/**
 * A list to choose from, beside what was pressed. Keyboard: arrows, Enter, Escape, and typing filters.
 * @param {HTMLElement} anchor
 * @param {{label: string, searchable?: boolean, selected?: string[], many?: boolean,
 *          load: (typed: string) => Promise<Array<{value: string, text: object, description?: object, group?: string, node?: Node}>>,
 *          choose: (option: object) => void}} menu `load` gives the options for what was typed; `many` keeps the menu open
 */
export function openMenu(anchor, { label, searchable = false, selected = [], many = false, load, choose }) {
  closeMenu();
  let options = [];
  let active = 0;
  let asked = 0;
  const chosen = new Set(selected);
  const rows = element('div.menu-options', {
    role: 'listbox',
    'aria-label': label,
    'aria-multiselectable': many ? 'true' : null,
  });
  const search =
    searchable &&
    element('input.menu-search', {
      type: 'text',
      placeholder: 'Search',
      'aria-label': `Search: ${label}`,
      autocomplete: 'off',
    });
  const panel = element(
    'div.menu',
    { tabindex: '-1' },
    search && element('div.menu-search-row', {}, icon('search'), search),
    rows,
  );

  const mark = () => {
    for (const [index, row] of [...rows.querySelectorAll('[role=option]')].entries()) {
      row.classList.toggle('active', index === active);
      if (index === active) row.scrollIntoView({ block: 'nearest' });
    }
  };
  const pick = (option) => {
    if (option === undefined) return;
    choose(option);
    if (!many) return close();
    if (!chosen.delete(option.value)) chosen.add(option.value);
    draw();
  };
  const draw = () => {
    rows.replaceChildren();
    let group;
    for (const [index, option] of options.entries()) {
      if (option.group !== undefined && option.group !== group)
        rows.append(element('div.menu-group', {}, option.group));
      group = option.group;
      const isChosen = chosen.has(option.value);
      const texts = element(
        'span.menu-texts',
        {},
        element('span.menu-text', {}, renderText(option.text)),
        option.description && element('span.menu-description', {}, renderText(option.description)),
      );
      rows.append(
        element(
          'div.menu-option',
          {
            role: 'option',
            'aria-selected': String(isChosen),
            on: {
              click: () => pick(option),
              pointermove: () => {
                active = index;
                mark();
              },
            },
          },
          option.node,
          texts,
          isChosen && icon('check'),
        ),
      );
    }
    if (options.length === 0) rows.append(element('div.menu-empty', {}, 'There is nothing to choose here.'));
    mark();
  };
  const refresh = async () => {
    asked += 1;
    const mine = asked;
    if (options.length === 0) rows.replaceChildren(element('div.menu-empty', {}, 'Looking …'));
    const loaded = await load(search ? search.value : '');
    if (mine !== asked) return;
    options = loaded;
    active = Math.max(
      0,
      options.findIndex((option) => chosen.has(option.value)),
    );
    draw();
    place(anchor, panel);
  };
  const onKey = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown') active = Math.min(options.length - 1, active + 1);
    else if (event.key === 'ArrowUp') active = Math.max(0, active - 1);
    else if (event.key === 'Enter' || (event.key === ' ' && !search)) pick(options[active]);
    else return;
    event.preventDefault();
    mark();
  };
  const onOutside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) close();
  };
  function close() {
    panel.remove();
    document.removeEventListener('pointerdown', onOutside, true);
    anchor.setAttribute('aria-expanded', 'false');
    if (closeOpen === close) closeOpen = undefined;
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
  }

  panel.addEventListener('keydown', onKey);
  if (search) search.addEventListener('input', () => void refresh());
  document.addEventListener('pointerdown', onOutside, true);
  document.body.append(panel);
  anchor.setAttribute('aria-expanded', 'true');
  closeOpen = close;
  place(anchor, panel);
  (search || panel).focus({ preventScroll: true });
  void refresh();
}

/** Below the anchor, or above it where there is more room; always inside the window. */
function place(anchor, panel) {
  const box = anchor.getBoundingClientRect();
  const { offsetHeight: height, offsetWidth: width } = panel;
  const below = window.innerHeight - box.bottom - 8;
  const top = below >= height || below >= box.top ? box.bottom + 4 : box.top - height - 4;
  panel.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  panel.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  panel.style.minWidth = `${Math.min(Math.max(box.width, 180), window.innerWidth - 16)}px`;
}
