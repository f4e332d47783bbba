/**
 * Builds an element. Text goes in as text nodes only, so nothing that comes from a message is ever read as HTML.
 * @param {string} tag tag name with optional classes: "div.card.wide"
 * @param {object} properties attributes, `on` handlers by event name, `data` attributes; null and false are left out
 * @param {...(Node|string|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length > 0) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'on') for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key === 'value' || key === 'checked' || key === 'disabled') node[key] = value;
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child);
  }
}

/** A fragment of nodes and texts. */
export function fragment(...children) {
  const held = document.createDocumentFragment();
  append(held, children);
  return held;
}

/**
 * Makes the children of a container those of a list, and touches only what changed: a person's focus, selection and
 * open menus in the other items stay as they are.
 * @param {HTMLElement} container
 * @param {Array<{key: string, signature: string, render: () => HTMLElement}>} items
 */
export function reconcile(container, items) {
  const before = new Map([...container.children].map((node) => [node.dataset.key, node]));
  let place = container.firstElementChild;
  for (const { key, signature, render } of items) {
    let node = before.get(key);
    before.delete(key);
    if (node === undefined || node.signature !== signature) {
      const fresh = render();
      fresh.dataset.key = key;
      fresh.signature = signature;
      if (node === place) place = place?.nextElementSibling ?? null;
      const focused = node?.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
      if (node !== undefined) fresh.classList.add('updated');
      node?.remove();
      node = fresh;
      container.insertBefore(node, place);
      if (focused !== undefined) node.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
    } else if (node === place) place = place.nextElementSibling;
    else container.insertBefore(node, place);
  }
  for (const gone of before.values()) gone.remove();
}

/** Only the addresses a link in a message may lead to. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

export function link(address, ...children) {
  const href = safeAddress(address);
  if (href === undefined) return fragment(...children);
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}
