import { channelOf, show, state } from './state.js';

/** What a permalink names: a channel, and a message in it by its time without the dot. */
function placeOf(address) {
  const url = new URL(address, location.href);
  const named = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{7,})(\d{6}))?$/.exec(url.pathname);
  if (url.origin !== location.origin || named === null) return undefined;
  const [, channel, seconds, micros] = named;
  return { channel, ts: seconds === undefined ? undefined : `${seconds}.${micros}` };
}

/** Shows the message that a permalink names, in its thread. True when it leads to somewhere in this workspace. */
export function openPlace(address) {
  const place = placeOf(address);
  if (place === undefined || channelOf(place.channel) === undefined) return false;
  const { channel, ts } = place;
  const message = state.messages.get(channel)?.get(ts);
  document.body.dataset.pane = 'main';
  show({ page: 'channel', channel, thread: message === undefined ? null : (message.thread_ts ?? message.ts) });
  if (message !== undefined) setTimeout(() => point(ts));
  return true;
}

/** After the panes are drawn: a message of a thread is found there, and one that began no thread in the channel. */
function point(ts) {
  const at = `[data-key="${CSS.escape(ts)}"]`;
  const shown = document.querySelector(`.thread:not([hidden]) ${at}`) ?? document.querySelector(`.main ${at}`);
  shown?.scrollIntoView({ block: 'start' });
  shown?.classList.add('pointed');
}

/** Links to messages of this workspace are followed within the page, as Slack does. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (openPlace(link.href)) event.preventDefault();
});
