import { digestOf } from '../../../core/canonical-json.ts';
import { ChatBusy, ChatRefused, type Showing } from '../../../ports/chat.ts';
import type { Posted } from '../../../ports/outbox.ts';
import type { Rendering } from '../blocks/compose.ts';
import { renderScreen, renderShorter, renderWords } from '../blocks/screen.ts';
import { type Answer, ask, complaint, refusalsOfContent } from './client.ts';
import { findByKey, metadataType, unlessBlind, type Where } from './find.ts';
import { type Held, holding } from './held.ts';
import type { Outgoing } from './outgoing.ts';

/** The message is gone, or is not ours to edit: it is posted again under its key. */
const refusalsOfEdit = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
const refusalsOfThread = new Set(['thread_not_found', 'cannot_reply_to_message', 'invalid_thread_ts']);

/** `Chat.show` on Slack: what is posted under a key is posted once, whatever breaks in between. */
export async function show(showing: Showing, outgoing: Outgoing): Promise<Posted> {
  const { key, screen } = showing;
  const where = await placeOf(showing, outgoing);
  const first = renderScreen(screen);
  const content = digestOf({ blocks: first.blocks, text: first.text });
  const renderings = [first, () => renderShorter(screen), () => renderWords(screen)] as const;
  return holding(key, outgoing, async (held) => {
    const { begun, owner } = held;
    const sending: Sending = { key, where, content, renderings, held };
    if (begun.is === 'new') return post(sending, outgoing);
    if (begun.is === 'unclear') return findOrPost(sending, { since: begun.since }, outgoing);
    if (begun.content !== content) return edit(sending, begun.posted, outgoing);
    await outgoing.outbox.abandon(key, owner);
    return begun.posted;
  });
}

type Sending = {
  readonly key: string;
  readonly where: Where;
  /** Digest of the first rendering: what the message shows, however much of it Slack took. */
  readonly content: string;
  readonly renderings: readonly [Rendering, ...(() => Rendering)[]];
  readonly held: Held;
};

/** The channel and thread of a message. A reply goes where its parent really is. */
export async function placeOf(
  { channel, under }: Pick<Showing, 'channel' | 'under'>,
  { outbox }: Outgoing,
): Promise<Where> {
  if (under === undefined) return { channel };
  if ('thread' in under) return { channel, thread: under.thread };
  const parent = await outbox.find(under.key);
  if (parent === undefined) throw new ChatBusy('The message that this one replies to is not posted yet.', 1_000);
  return { channel: parent.channel, thread: parent.id };
}

async function post(sending: Sending, outgoing: Outgoing, attempt = 1): Promise<Posted> {
  const { key, where, held } = sending;
  const since = outgoing.clock.now();
  const { postMessage } = outgoing.client.chat;
  const answer = await withinLimits(sending, outgoing, 'chat.postMessage', async (rendering) =>
    postMessage({
      ...contentOf(rendering, key),
      channel: where.channel,
      unfurl_links: false,
      unfurl_media: false,
      ...(where.thread === undefined ? {} : { thread_ts: where.thread }),
    }),
  );
  if (answer.is === 'unclear') return afterALostAnswer(sending, since, answer, outgoing, attempt);
  if (answer.is === 'ok') {
    const { channel = where.channel, ts } = answer.result;
    if (ts === undefined) throw new ChatRefused('Slack took a message and did not say where it is.', 'no_ts');
    await outgoing.outbox.finish(key, held.owner, { channel, id: ts }, sending.content);
    return { channel, id: ts };
  }
  if (answer.is === 'refused' && where.thread !== undefined && refusalsOfThread.has(answer.code)) {
    outgoing.logger.warn('A thread is gone, so its message is posted in the channel.', { key, channel: where.channel });
    return post({ ...sending, where: { channel: where.channel } }, outgoing, attempt);
  }
  throw complaint('post a message', answer);
}

/** How long a message whose answer was lost may take to appear, before we believe that it is not there. */
const appearsWithin = [200, 1_000] as const;
/** A second attempt is made only this early in a lease, so that it ends before somebody else may take the key over. */
const attemptsWithin = 12_000;

/**
 * The post may be there. Look for it; when it is not there, try once more; when that is lost too, leave the key as it
 * is: whoever comes next finds it unclear and looks again before posting.
 */
async function afterALostAnswer(
  sending: Sending,
  since: Date,
  lost: Extract<Answer<never>, { is: 'unclear' }>,
  outgoing: Outgoing,
  attempt: number,
): Promise<Posted> {
  const { held, key } = sending;
  held.lose();
  outgoing.logger.warn('The answer to a post was lost.', { key, because: lost.because });
  for (const wait of appearsWithin) {
    await outgoing.clock.sleep(wait);
    const found = await look(sending, { since }, outgoing);
    if (found !== undefined) return adopt(sending, found, outgoing);
  }
  const late = outgoing.clock.now().getTime() - held.at.getTime() > attemptsWithin;
  if (attempt > 1 || late) throw complaint('post a message', lost);
  return post(sending, outgoing, attempt + 1);
}

type Looking = { readonly since?: Date; readonly except?: readonly string[] };

async function look({ key, where }: Sending, looking: Looking, outgoing: Outgoing): Promise<string | undefined> {
  return unlessBlind(
    async () => findByKey(outgoing.client, where, key, looking),
    outgoing.logger,
    (error) => error instanceof ChatRefused,
  );
}

async function findOrPost(sending: Sending, looking: Looking, outgoing: Outgoing): Promise<Posted> {
  const found = await look(sending, looking, outgoing);
  return found === undefined ? post(sending, outgoing) : adopt(sending, found, outgoing);
}

/** Makes a message that was found again show what it should: what it shows is not known. */
async function adopt(sending: Sending, id: string, outgoing: Outgoing): Promise<Posted> {
  return edit(sending, { channel: sending.where.channel, id }, outgoing);
}

async function edit(sending: Sending, posted: Posted, outgoing: Outgoing): Promise<Posted> {
  const { key, where, held, content } = sending;
  const update = async (rendering: Rendering) =>
    outgoing.client.chat.update({
      ...contentOf(rendering, key),
      // Without a list the old blocks would stay.
      blocks: [...rendering.blocks],
      channel: posted.channel,
      ts: posted.id,
    });
  const attempt = async () => withinLimits(sending, outgoing, 'chat.update', update);
  const first = await attempt();
  // An edit may be repeated: it says what to show, not what to add.
  const answer = first.is === 'unclear' ? await attempt() : first;
  if (answer.is === 'ok') {
    await outgoing.outbox.finish(key, held.owner, posted, content);
    return posted;
  }
  if (answer.is === 'refused' && refusalsOfEdit.has(answer.code)) {
    outgoing.logger.warn('A message cannot be edited any more, so it is posted again.', { key, because: answer.code });
    const inPlace = { ...where, channel: posted.channel };
    return findOrPost({ ...sending, where: inPlace }, { except: [posted.id] }, outgoing);
  }
  // Where the message is, is known; what it shows may not be, and then the next one edits it whatever it shows.
  await outgoing.outbox.finish(key, held.owner, posted, answer.is === 'unclear' ? notKnown : previous(held));
  throw complaint('edit a message', answer);
}

/** No digest: it equals nothing that could be shown. */
const notKnown = 'not known';

function previous({ begun }: Held): string {
  return begun.is === 'posted' ? (begun.content ?? notKnown) : notKnown;
}

function contentOf(rendering: Rendering, key: string) {
  return {
    text: rendering.text,
    ...(rendering.blocks.length === 0 ? {} : { blocks: [...rendering.blocks] }),
    metadata: { event_type: metadataType, event_payload: { key } },
    parse: 'none' as const,
    link_names: false,
  };
}

/** Tries the renderings from the fullest to plain words, and remembers when the channel asked for patience. */
async function withinLimits<Result>(
  { key, where, renderings }: Sending,
  { patience, logger }: Outgoing,
  method: 'chat.postMessage' | 'chat.update',
  send: (rendering: Rendering) => Promise<Result>,
): Promise<Answer<Result>> {
  patience.check(method, where.channel);
  let answer: Answer<Result> = { is: 'refused', code: 'no_text', details: [] };
  for (const rendering of renderings) {
    answer = await ask(async () => send(typeof rendering === 'function' ? rendering() : rendering));
    if (answer.is === 'busy') patience.remember(method, where.channel, answer.afterMilliseconds);
    if (answer.is !== 'refused' || !refusalsOfContent.has(answer.code)) return answer;
    logger.warn('Slack rejected a message; it is shown in a shorter form.', {
      key,
      code: answer.code,
      details: answer.details.slice(0, 5).join(' '),
    });
  }
  return answer;
}
