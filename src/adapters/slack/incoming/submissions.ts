import type { types } from '@slack/bolt';
import type { ChatHandlers, Reply, Submitted } from '../../../ports/chat.ts';
import { fieldErrors, renderMessageView, type Submission } from '../blocks/form.ts';
import { renderScreen } from '../blocks/screen.ts';
import type { ReplyTo } from './payloads.ts';
import { type Replying, replace, tell, tellAs, viewFor, wentWrong } from './replies.ts';
import { within } from './within.ts';

/** What a dialog's acknowledgement can carry. */
export type ViewAnswer =
  | undefined
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: types.ModalView };

/** Slack waits three seconds for the acknowledgement, which alone can point at mistakes in the fields. */
const answersWithin = 2_300;

/**
 * Hands a submitted dialog to the house. Here the answer has to come with the acknowledgement; when it takes too long,
 * the dialog stays open, says so, and shows the answer when it is there.
 */
export async function submit(
  submission: Submission,
  submitted: Submitted,
  view: string,
  acknowledge: (answer: ViewAnswer) => Promise<void>,
  handlers: Pick<ChatHandlers, 'submit'>,
  replying: Replying,
): Promise<void> {
  const { channel, thread } = submission.from;
  const to = { person: submitted.by.id, channel, thread };
  const pending = handled(submitted, handlers, replying);
  const quick = await within(pending, answersWithin);
  if (quick === undefined) {
    await acknowledge({ response_action: 'update', view: renderMessageView('One moment', 'This takes a moment …') });
    const reply = await pending;
    const shown = viewFor(reply, to) ?? renderMessageView('Done', 'Your answers were taken.');
    if (!(await replace(view, shown, replying))) await say(reply, to, replying);
    return;
  }
  const { result: reply } = quick;
  await acknowledge(viewAnswer(reply, to));
  await say(reply, to, replying);
}

/** What is said beside the dialog: it closes with the acknowledgement. */
async function say(reply: Reply, to: ReplyTo, replying: Replying): Promise<void> {
  if (reply.reply === 'whisper') await tell(reply.text, to, replying);
  if (reply.reply === 'screen') await tellAs(renderScreen(reply.screen), to, replying);
}

function viewAnswer(reply: Reply, to: { readonly channel: string; readonly thread: string | undefined }): ViewAnswer {
  if (reply.reply === 'mistakes') return { response_action: 'errors', errors: fieldErrors(reply.mistakes) };
  if (reply.reply !== 'form') return undefined;
  const view = viewFor(reply, to);
  return view === undefined ? undefined : { response_action: 'update', view };
}

/** The handler's reply, or for a failure the words that say so. */
async function handled(
  submitted: Submitted,
  handlers: Pick<ChatHandlers, 'submit'>,
  { logger }: Replying,
): Promise<Reply> {
  try {
    return await handlers.submit(submitted);
  } catch (error) {
    logger.error('A handler failed.', error, { form: submitted.form, channel: submitted.channel });
    return { reply: 'whisper', text: wentWrong };
  }
}
