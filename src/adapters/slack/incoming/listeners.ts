import type { App } from '@slack/bolt';
import type { CommandDescription } from '../../../core/command.ts';
import type { ChatHandlers } from '../../../ports/chat.ts';
import { readSubmission } from '../blocks/form.ts';
import { renderHome } from '../blocks/home.ts';
import { askingButtons } from '../blocks/proposal-buttons.ts';
import type { SlackChat } from '../chat.ts';
import { ask } from '../outgoing/client.ts';
import type { Deliveries } from './deliveries.ts';
import type { InFlight } from './in-flight.ts';
import { readCommand, readMention, readPress, readSubmitter, teamsOf } from './payloads.ts';
import { answer, type Replying, tell } from './replies.ts';
import { submit } from './submissions.ts';

export type Listening = Replying & {
  readonly handlers: ChatHandlers;
  readonly commands: readonly CommandDescription[];
  readonly deliveries: Deliveries;
  readonly inFlight: InFlight;
  /** Waited for between the acknowledgement and the work. */
  readonly othersFirst: () => Promise<void>;
  readonly chat?: Pick<SlackChat, 'forgetMembers'> | undefined;
  /** Only this workspace is listened to; every one that Slack vouches for when it is left out. */
  readonly team?: string | undefined;
};

/**
 * Connects everything that Slack delivers to the handlers of the house. Each listener acknowledges before it works; when
 * the acknowledgement fails nothing is done, because Slack tells the person that it failed or delivers again.
 */
export function listen(app: App, listening: Listening): void {
  const { inFlight, logger } = listening;
  const work = (act: () => Promise<void>): Promise<void> => inFlight.run(act);
  app.command(/.*/, async ({ body, ack }) => work(async () => command(body, ack, listening)));
  app.action({ type: 'block_actions' }, async ({ body, ack }) => work(async () => press(body, ack, listening)));
  app.view({ type: 'view_submission', callback_id: /.*/ }, async ({ body, ack }) =>
    work(async () => submission(body, async (given) => (given === undefined ? ack() : ack(given)), listening)),
  );
  app.view({ type: 'view_closed', callback_id: /.*/ }, async ({ ack }) => ack());
  app.event('app_mention', async ({ body }) => work(async () => mention(body, listening)));
  app.event('app_home_opened', async ({ body, event }) => {
    if (event.tab === 'home') await work(async () => home(body, event.user, listening));
  });
  app.event('subteam_members_changed', async ({ event }) => {
    listening.chat?.forgetMembers(event.subteam_id);
  });
  app.error(async (error) => logger.error('A delivery from Slack could not be handled.', error));
}

type Acknowledge = () => Promise<void>;

/** Whether to listen to this at all: once, and only to people of our workspace. */
function admitted(body: unknown, delivery: string, { team, deliveries, logger }: Listening): boolean {
  const strangers = team === undefined ? [] : teamsOf(body).filter((each) => each !== team);
  if (strangers.length > 0) {
    logger.warn('A delivery from another workspace was ignored.', { team: strangers.join(' '), delivery });
    return false;
  }
  if (deliveries.isNew(delivery)) return true;
  logger.info('A delivery came again and was ignored.', { delivery });
  return false;
}

async function command(body: unknown, acknowledge: Acknowledge, listening: Listening): Promise<void> {
  await acknowledge();
  await listening.othersFirst();
  const { asked, to } = readCommand(body);
  if (!admitted(body, asked.delivery, listening)) return;
  const { commands, handlers } = listening;
  if (!commands.some(({ name }) => name === asked.command)) {
    const known = commands.map(({ name }) => `/${name}`).join(', ');
    return tell(`I do not know the command /${asked.command}. I know ${known}.`, to, listening);
  }
  await answer(async () => handlers.command(asked), to, asked.text === '', listening);
}

async function press(body: unknown, acknowledge: Acknowledge, listening: Listening): Promise<void> {
  await acknowledge();
  const read = readPress(body);
  if (read === undefined || !admitted(body, read.asked.delivery, listening)) return;
  const { asked, to } = read;
  await answer(async () => listening.handlers.press(asked), to, askingButtons.includes(asked.button), listening);
}

async function submission(
  body: { readonly view: unknown },
  acknowledge: Parameters<typeof submit>[3],
  listening: Listening,
): Promise<void> {
  const read = readSubmission(body.view);
  const { delivery, by, view } = readSubmitter(body);
  if (read === undefined || !admitted(body, delivery, listening)) return acknowledge(undefined);
  const { form, carries, answers, from } = read;
  const submitted = { delivery, by, channel: from.channel, form, carries, answers };
  await submit(read, submitted, view, acknowledge, listening.handlers, listening);
}

/** Bolt has acknowledged events before it calls us. */
async function mention(body: unknown, listening: Listening): Promise<void> {
  const read = readMention(body);
  if (read === undefined || !admitted(body, read.asked.delivery, listening)) return;
  await answer(async () => listening.handlers.mention(read.asked), read.to, false, listening);
}

async function home(body: { readonly event_id: string }, person: string, listening: Listening): Promise<void> {
  const { client, commands, handlers, logger } = listening;
  if (!admitted(body, `event/${body.event_id}`, listening)) return;
  const screen = await handlers.home({ id: person }).catch((error: unknown) => {
    logger.error('The home tab is shown without what the house knows.', error);
    return undefined;
  });
  const view = renderHome(screen, commands);
  const published = await ask(async () => client.views.publish({ user_id: person, view }));
  if (published.is !== 'ok')
    logger.warn('The home tab could not be shown.', {
      because: published.is === 'refused' ? published.code : published.is,
    });
}
