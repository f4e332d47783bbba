import { clampText } from './limits.ts';
import { safeWords } from './safe.ts';

const longestMoment = 40;

/**
 * Text that Slack's mrkdwn shows literally: no mention, link or broadcast comes out of it. `*`, `_`, `~` and
 * backticks cannot be escaped in mrkdwn; where they matter, use rich text, which is never parsed.
 */
export function escape(text: string): string {
  return safeWords(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const slackUser = /^[UW][A-Z0-9]{1,20}$/;

export function isSlackUser(id: string): boolean {
  return slackUser.test(id);
}

/** A person as Slack shows people; text for somebody who is not of the workspace, such as a name of the house. */
export function mention(id: string): string {
  return isSlackUser(id) ? `<@${id}>` : escape(id);
}

/** An owner of a cluster: a person, or a user group as Slack shows groups. What is neither is cut: ids are short. */
export function owner(id: string): string {
  return /^S[A-Z0-9]{1,20}$/.test(id) ? `<!subteam^${id}>` : mention(id.slice(0, 40));
}

/**
 * Like `escape`, but people and user groups that the house names as `<@U1>` and `<!subteam^S1>` are shown as such.
 * Only for words of the house, and for what a single person sees: nobody else is pinged by it.
 */
export function withMentions(text: string): string {
  return escape(text).replace(/&lt;(@[UW][A-Z0-9]{1,20}|!subteam\^S[A-Z0-9]{1,20})&gt;/g, '<$1>');
}

/** A moment in the reader's own time zone, with UTC for clients that cannot. What is no moment is shown as it is written. */
export function moment(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  if (!Number.isFinite(seconds)) return escape(clampText(iso, longestMoment));
  const fallback = `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${seconds}^{date_short_pretty} {time}|${fallback}>`;
}

/** What a person typed, as they typed it: Slack's own markup of a slash command or mention taken back. */
export function unescape(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_whole, inside: string) => writtenAs(inside))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** People, channels and groups keep their id, which identifies them; links become what was typed. */
function writtenAs(inside: string): string {
  const [target = '', label] = inside.split('|', 2);
  if (target.startsWith('@') || target.startsWith('#')) return target;
  if (target.startsWith('!subteam^')) return `@${target.slice('!subteam^'.length)}`;
  if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`;
  if (label !== undefined && label !== '') return label;
  return target.startsWith('mailto:') ? target.slice('mailto:'.length) : target;
}

/** Takes back what phones make of typed arguments: long dashes before an option, curly quotes, fixed spaces. */
export function typed(text: string): string {
  return text
    .replaceAll('\u00A0', ' ')
    .replace(/(^|\s)[\u2013\u2014](?=[a-z])/g, '$1--')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201C\u201D]/g, '"')
    .trim();
}
