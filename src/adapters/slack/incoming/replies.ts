import type { types } from '@slack/bolt';
import type { Reply } from '../../../ports/chat.ts';
import type { Rendering } from '../blocks/compose.ts';
import { renderForm, renderMessageView, renderScreenView } from '../blocks/form.ts';
import { renderScreen } from '../blocks/screen.ts';
import type { Logger } from '../logger.ts';
import { ask, type Client } from '../outgoing/client.ts';
import { saidAs, tell as tellPrivately, whispered } from '../outgoing/whisper.ts';
import type { ReplyTo } from './payloads.ts';
import { within } from './within.ts';

export type Replying = { readonly client: Client; readonly logger: Logger };

/** A dialog can be opened for three seconds after the click; a handler gets half of that before we hold it open. */
const quickMilliseconds = 1_500;

export const wentWrong =
  'Something went wrong on our side, and nothing may have come of this. Please try again in a moment; if it stays like this, tell whoever runs cluster-triage.';

/**
 * Runs a handler and shows the person its reply. Whatever happens, the person hears something: of a failure, or where
 * a way of answering is closed, on another one.
 * @param mayAskBack whether a dialog may come of it: then one is opened in time, before the handler is done
 */
export async function answer(
  act: () => Promise<Reply>,
  to: ReplyTo,
  mayAskBack: boolean,
  replying: Replying,
): Promise<void> {
  const pending = act();
  const quick = await within(pending, quickMilliseconds).catch(() => undefined);
  const view =
    quick === undefined && mayAskBack
      ? await open(renderMessageView('One moment', 'This takes a moment …'), to, replying)
      : undefined;
  let reply: Reply;
  try {
    reply = await pending;
  } catch (error) {
    replying.logger.error('A handler failed.', error, { channel: to.channel });
    reply = { reply: 'whisper', text: wentWrong };
  }
  if (view === undefined) return give(reply, to, replying);
  const shown = viewFor(reply, to) ?? renderMessageView('Done', 'There is nothing more to say.');
  if (!(await replace(view, shown, replying))) await give(reply, to, replying);
}

async function give(reply: Reply, to: ReplyTo, replying: Replying): Promise<void> {
  switch (reply.reply) {
    case 'nothing':
      return;
    case 'whisper':
      return tell(reply.text, to, replying);
    case 'screen':
      return tellAs(renderScreen(reply.screen), to, replying);
    case 'mistakes':
      return tell(Object.values(reply.mistakes).join('\n'), to, replying);
    case 'form': {
      const opened = await open(renderForm(reply.form, { channel: to.channel, thread: to.thread }), to, replying);
      if (opened !== undefined) return;
      const why =
        to.trigger === undefined
          ? 'A dialog can only open from a command or a button.'
          : 'Slack did not open the dialog in time.';
      return tell(`${why} Please try again.`, to, replying);
    }
  }
}

/** What a reply looks like inside a dialog. */
export function viewFor(reply: Reply, to: Pick<ReplyTo, 'channel' | 'thread'>): types.ModalView | undefined {
  switch (reply.reply) {
    case 'nothing':
      return undefined;
    case 'whisper':
      return renderMessageView('Answer', reply.text);
    case 'screen':
      return renderScreenView('Answer', renderScreen(reply.screen));
    case 'mistakes':
      return renderMessageView('Please look again', Object.values(reply.mistakes).join('\n'));
    case 'form':
      return renderForm(reply.form, { channel: to.channel, thread: to.thread });
  }
}

/** Opens a dialog with the one-time trigger; the id of the view, or undefined when Slack did not open it. */
async function open(
  view: types.ModalView,
  { trigger }: ReplyTo,
  { client, logger }: Replying,
): Promise<string | undefined> {
  if (trigger === undefined) return undefined;
  const answer = await ask(async () => client.views.open({ trigger_id: trigger, view }));
  if (answer.is === 'ok') return answer.result.view?.id;
  logger.warn('A dialog could not be opened.', { because: answer.is === 'refused' ? answer.code : answer.is });
  return undefined;
}

export async function replace(view: string, shown: types.ModalView, { client, logger }: Replying): Promise<boolean> {
  const answer = await ask(async () => client.views.update({ view_id: view, view: shown }));
  if (answer.is === 'ok') return true;
  logger.warn('A dialog could not be changed.', { because: answer.is === 'refused' ? answer.code : answer.is });
  return false;
}

/** Says something to one person: where they asked, in the channel, or in a direct message, whichever works first. */
export async function tell(text: string, to: ReplyTo, replying: Replying): Promise<void> {
  await tellAs(whispered(text), to, replying);
}

export async function tellAs(said: Rendering, to: ReplyTo, { client, logger }: Replying): Promise<void> {
  if (to.responseUrl !== undefined && (await respond(to.responseUrl, said, to.thread, logger))) return;
  // What Slack takes no blocks for is said in words alone.
  const renderings = said.blocks.length === 0 ? ([said] as const) : ([said, { ...said, blocks: [] }] as const);
  try {
    await tellPrivately({ person: to.person, channel: to.channel, thread: to.thread, renderings }, client, logger);
  } catch (error) {
    logger.error('A person could not be told something.', error, { channel: to.channel });
  }
}

async function respond(url: string, said: Rendering, thread: string | undefined, logger: Logger): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: false,
        ...saidAs(said),
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
    await response.body?.cancel();
    if (response.ok) return true;
    logger.info('A response address is used up or too old.', { status: response.status });
  } catch (error) {
    logger.warn('A response address did not answer.', {
      because: error instanceof Error ? error.message : String(error),
    });
  }
  return false;
}
