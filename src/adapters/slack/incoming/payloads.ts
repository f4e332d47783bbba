import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CommandAsked, Mentioned, Pressed } from '../../../ports/chat.ts';
import { typed, unescape } from '../blocks/mrkdwn.ts';
import { buttonPrefix } from '../blocks/pieces.ts';

/** Where an answer can go: the place, and the one-time ways that the payload opened. */
export type ReplyTo = {
  readonly person: string;
  readonly channel: string;
  readonly thread?: string | undefined;
  readonly responseUrl?: string | undefined;
  readonly trigger?: string | undefined;
};

export type Read<Asked> = { readonly asked: Asked; readonly to: ReplyTo };

const Command = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().optional(),
  channel_id: z.string(),
  response_url: z.string().optional(),
  trigger_id: z.string(),
});

/**
 * A slash command. Its delivery id is the `trigger_id`: Slack makes one per invocation and sends the same one when it
 * sends the same invocation again.
 */
export function readCommand(body: unknown): Read<CommandAsked> {
  const read = Command.parse(body);
  return {
    asked: {
      delivery: `command/${read.trigger_id}`,
      by: { id: read.user_id, ...(read.user_name === undefined ? {} : { name: read.user_name }) },
      channel: read.channel_id,
      command: read.command.replace(/^\//, ''),
      text: typed(unescape(read.text)),
    },
    to: { person: read.user_id, channel: read.channel_id, responseUrl: read.response_url, trigger: read.trigger_id },
  };
}

const Press = z.object({
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string().optional() }))
    .min(1),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() }),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ channel_id: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  response_url: z.string().optional(),
  trigger_id: z.string(),
});

/** A press of one of our buttons; undefined for menus, links and the buttons of others. */
export function readPress(body: unknown): Read<Pressed> | undefined {
  const read = Press.parse(body);
  const [action] = read.actions;
  const channel = read.channel?.id ?? read.container?.channel_id;
  if (action === undefined || channel === undefined || !action.action_id.startsWith(buttonPrefix)) return undefined;
  const thread = read.message?.thread_ts ?? read.container?.thread_ts;
  const name = read.user.name ?? read.user.username;
  return {
    asked: {
      delivery: `press/${read.trigger_id}`,
      by: { id: read.user.id, ...(name === undefined ? {} : { name }) },
      channel,
      button: action.action_id.slice(buttonPrefix.length),
      value: action.value ?? '',
      thread,
    },
    to: { person: read.user.id, channel, thread, responseUrl: read.response_url, trigger: read.trigger_id },
  };
}

const Mention = z.object({
  event_id: z.string(),
  authorizations: z.array(z.object({ user_id: z.string().nullish() })).optional(),
  event: z.object({
    user: z.string().optional(),
    bot_id: z.string().optional(),
    text: z.string().default(''),
    channel: z.string(),
    thread_ts: z.string().optional(),
    edited: z.unknown().optional(),
  }),
});

/**
 * A mention of the bot by a person. Undefined for what bots say, which could answer each other for ever, and for
 * edits: a corrected message is not asked again.
 */
export function readMention(body: unknown): Read<Mentioned> | undefined {
  const { event_id: id, event, authorizations } = Mention.parse(body);
  if (event.user === undefined || event.bot_id !== undefined || event.edited !== undefined) return undefined;
  const bot = authorizations?.[0]?.user_id ?? undefined;
  return {
    asked: {
      delivery: `event/${id}`,
      by: { id: event.user },
      channel: event.channel,
      text: typed(unescape(withoutMention(event.text, bot))),
      thread: event.thread_ts,
    },
    to: { person: event.user, channel: event.channel, thread: event.thread_ts },
  };
}

/** What was said to the bot: without its name, or without the first mention where the bot's id is not told. */
function withoutMention(text: string, bot: string | undefined): string {
  const name = bot === undefined ? /<@[UW][A-Z0-9]+(?:\|[^>]*)?>/ : new RegExp(`<@${bot}(?:\\|[^>]*)?>`);
  return text.replace(name, ' ').replace(/ {2,}/g, ' ');
}

const Submitted = z.object({
  user: z.object({ id: z.string(), name: z.string().optional() }),
  trigger_id: z.string().optional(),
  view: z.object({ id: z.string(), hash: z.string().optional(), state: z.unknown() }),
});

/** Who submitted a dialog. Where there is no trigger, the dialog in its state names the delivery. */
export function readSubmitter(body: unknown): { delivery: string; by: { id: string; name?: string }; view: string } {
  const { user, trigger_id: trigger, view } = Submitted.parse(body);
  const state = createHash('sha256')
    .update(JSON.stringify(view.state ?? ''))
    .digest('hex')
    .slice(0, 16);
  return {
    delivery: `submit/${trigger ?? `${view.id}/${view.hash ?? ''}/${state}`}`,
    by: { id: user.id, ...(user.name === undefined ? {} : { name: user.name }) },
    view: view.id,
  };
}

const Origin = z.object({
  team_id: z.string().optional(),
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ team_id: z.string().optional() }).optional().catch(undefined),
  event: z.object({ user_team: z.string().optional() }).optional(),
});

/** The workspaces that a payload comes from: the app's, and in a channel shared with others the person's. */
export function teamsOf(body: unknown): string[] {
  const read = Origin.safeParse(body);
  if (!read.success) return [];
  const { team_id: id, team, user, event } = read.data;
  return [id, team?.id, user?.team_id, event?.user_team].filter((each) => each !== undefined);
}
