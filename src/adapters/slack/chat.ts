import type { Chat } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Outbox } from '../../ports/outbox.ts';
import { renderScreen, renderShorter, renderWords } from './blocks/screen.ts';
import type { Logger } from './logger.ts';
import { attach } from './outgoing/attach.ts';
import { createClient } from './outgoing/client.ts';
import { linkTo } from './outgoing/link.ts';
import { createMembers } from './outgoing/members.ts';
import type { Outgoing } from './outgoing/outgoing.ts';
import { createPatience } from './outgoing/patience.ts';
import { show } from './outgoing/show.ts';
import { createStanding } from './outgoing/standing.ts';
import { tell, whisper } from './outgoing/whisper.ts';

export type SlackChatOptions = {
  /** The bot token, `xoxb-...`. */
  readonly token: string;
  /** With a slash at the end; Slack's own unless a compatible server is meant. */
  readonly slackApiUrl?: string | undefined;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type SlackChat = Chat & {
  /** The members of a user group have changed; ask Slack again before the next approval. */
  forgetMembers(group: string): void;
};

/** The chat port on Slack's Web API. Holds no state that another process needs: what was posted is in the outbox. */
export function createChat({ token, slackApiUrl, outbox, clock, logger }: SlackChatOptions): SlackChat {
  const client = createClient({ token, slackApiUrl, logger });
  const members = createMembers(client, clock);
  const standingOf = createStanding(client);
  const outgoing: Outgoing = { client, outbox, clock, logger, patience: createPatience(clock) };
  return {
    show: async (showing) => show(showing, outgoing),
    attach: async (attachment) => attach(attachment, outgoing),
    whisper: async (person, channel, text, thread) => whisper({ person, channel, text, thread }, client, logger),
    linkTo: async (key) => linkTo(key, outgoing),
    tell: async (person, channel, screen, thread) => {
      const renderings = [renderScreen(screen), renderShorter(screen), renderWords(screen)] as const;
      return tell({ person, channel, thread, renderings }, client, logger);
    },
    membersOf: async (group) => members.of(group),
    standingOf,
    forgetMembers: (group) => members.forget(group),
  };
}
