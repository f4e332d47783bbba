import { element } from './dom.js';
import { receive, receiveAll, setConnected, state } from './state.js';

let stream;

/** Becomes one of the people: asks for everything, then listens for changes. Also heals the connection after a break. */
export async function become(userId) {
  stream?.close();
  sessionStorage.setItem('you', userId);
  const opened = new EventSource(`/_workspace/events?user=${encodeURIComponent(userId)}`);
  stream = opened;
  opened.addEventListener('message', (event) => receive(JSON.parse(event.data)));
  opened.addEventListener('open', () => {
    setConnected(true);
    void load(userId);
  });
  opened.addEventListener('error', () => setConnected(false));
}

async function load(userId) {
  const response = await fetch(`/_workspace/state?user=${encodeURIComponent(userId)}`);
  if (response.ok && sessionStorage.getItem('you') === userId) receiveAll(await response.json());
}

/** Who to be: named in the address ("?as=bo"), as before in this tab, or the first person. */
export async function begin() {
  const { people } = await (await fetch('/_workspace/state')).json();
  const wanted = new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem('you');
  const person = people.find(({ id, name }) => id === wanted || name === wanted) ?? people[0];
  await become(person.id);
}

/** Asks the server to do something as you. Never throws: what went wrong is told in a toast and returned as `error`. */
export async function order(what, given) {
  try {
    const response = await fetch(`/_workspace/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: state.you, ...given }),
    });
    const outcome = await response.json();
    if (!response.ok) toast(outcome.error ?? 'The workspace did not understand that.');
    return outcome;
  } catch {
    toast('The workspace does not answer. Is it still running?');
    return { acknowledged: false, error: 'unreachable' };
  }
}

export function toast(says) {
  const note = element('div.toast', {}, says);
  document.querySelector('.toasts').append(note);
  setTimeout(() => note.remove(), 6000);
}
