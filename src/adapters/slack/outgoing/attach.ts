import { digestOf } from '../../../core/canonical-json.ts';
import { safeText } from '../../../core/redact.ts';
import { type Attachment, ChatBusy, ChatRefused } from '../../../ports/chat.ts';
import { type Answer, ask, complaint, insist } from './client.ts';
import { findFile, unlessBlind, type Where } from './find.ts';
import { type Held, holding } from './held.ts';
import type { Outgoing } from './outgoing.ts';
import { placeOf } from './show.ts';

/**
 * `Chat.attach` on Slack. Asking for an upload address and sending the bytes leaves nothing behind, so only the last
 * call, which shows the file, may not be done twice. Files carry no metadata: the name is what it is found by.
 */
export async function attach(attachment: Attachment, outgoing: Outgoing): Promise<void> {
  const { key } = attachment;
  const where = await placeOf(attachment, outgoing);
  const name = nameWithKey(attachment.name, key);
  await holding(key, outgoing, async (held) => {
    const { begun, owner } = held;
    if (begun.is === 'posted') return outgoing.outbox.abandon(key, owner);
    const there = begun.is === 'unclear' ? await look(where, name, begun.since, outgoing) : undefined;
    const id = there ?? (await upload({ ...attachment, name }, where, held, outgoing));
    return outgoing.outbox.finish(key, owner, { channel: where.channel, id }, digestOf({ name }));
  });
}

/** `evidence.txt` as `evidence-3fa9c1d2.txt`: the same file has the same name, and no other file of a thread has it. */
function nameWithKey(name: string, key: string): string {
  const safe = safeText(name)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 80);
  const dot = safe.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, '.txt'];
  return `${stem}-${digestOf({ key })
    .replace(/[^0-9a-f]/g, '')
    .slice(0, 8)}${ending}`;
}

async function look(
  where: Where,
  name: string,
  since: Date,
  { client, logger }: Outgoing,
): Promise<string | undefined> {
  return unlessBlind(
    async () => findFile(client, where, name, since),
    logger,
    (error) => error instanceof ChatRefused,
  );
}

async function upload(attachment: Attachment, where: Where, held: Held, outgoing: Outgoing): Promise<string> {
  const { client, clock, patience } = outgoing;
  patience.check('files', where.channel);
  const bytes = Buffer.from(safeText(attachment.content).toWellFormed());
  const ticket = await insist('upload a file', async () =>
    client.files.getUploadURLExternal({ filename: attachment.name, length: bytes.length }),
  );
  if (ticket.upload_url === undefined || ticket.file_id === undefined) {
    throw new ChatRefused('Slack gave no address to upload a file to.', 'no_upload_url');
  }
  await send(ticket.upload_url, bytes);
  const file = ticket.file_id;
  const since = clock.now();
  const answer: Answer<unknown> = await ask(async () =>
    client.files.completeUploadExternal({
      files: [{ id: file, title: safeText(attachment.title).slice(0, 250) }],
      channel_id: where.channel,
      ...(where.thread === undefined ? {} : { thread_ts: where.thread }),
    }),
  );
  if (answer.is === 'ok') return file;
  if (answer.is === 'busy') patience.remember('files', where.channel, answer.afterMilliseconds);
  if (answer.is === 'unclear') {
    held.lose();
    await clock.sleep(500);
    const there = await look(where, attachment.name, since, outgoing);
    if (there !== undefined) return there;
  }
  throw complaint('show a file', answer);
}

async function send(url: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(20_000),
    });
    await response.body?.cancel();
    status = response.status;
  } catch {
    throw new ChatBusy('Slack did not take the bytes of a file.', 3_000);
  }
  if (status !== 200) throw new ChatBusy(`Slack did not take the bytes of a file (HTTP ${status}).`, 5_000);
}
