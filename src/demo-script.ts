import type { Message, Workspace } from './local/workspace/workspace.ts';

const channel = 'oncall';
const patience = { withinMs: 90_000 };

/** What a message says in words: every text of its blocks, in order. */
function wordsOf(message: Pick<Message, 'text' | 'blocks'>): string {
  const texts: string[] = [];
  const collect = (part: unknown) => {
    if (Array.isArray(part)) part.forEach(collect);
    else if (part !== null && typeof part === 'object') {
      for (const [key, value] of Object.entries(part)) {
        if (key === 'text' && typeof value === 'string') texts.push(value);
        else if (key !== 'confirm') collect(value);
      }
    }
  };
  collect(message.blocks);
  const lines = texts.length === 0 ? [message.text] : texts;
  return lines
    .join('\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/**
 * Plays the main story without a browser: command, thread, refused requester, approval by a second person, proof.
 * True when every part happened.
 */
export async function playScript(workspace: Workspace, print: (line: string) => void): Promise<boolean> {
  const speak = (who: string, text: string) => print(`${who}: ${text.split('\n').join('\n    ')}`);
  const ana = workspace.as('ana');
  const bo = workspace.as('bo');

  speak('Ana Chen', '/triage subnet prod-sh');
  await ana.command('/triage', 'subnet prod-sh', { channel });
  const root = await workspace.waitFor(
    () => workspace.messages(channel).find((message) => message.fromBot && message.threadTs === undefined),
    { ...patience, what: 'the root message' },
  );
  const replies = () => workspace.thread(channel, root.ts).slice(1);
  const card = await workspace.waitFor(() => replies().find((message) => hasButton(message, 'approve')), {
    ...patience,
    what: 'a fix to approve',
  });
  for (const message of workspace.thread(channel, root.ts)) {
    speak(
      'triage',
      wordsOf(message) || `[file ${workspace.files().find(({ id }) => message.files.includes(id))?.title ?? ''}]`,
    );
  }

  speak('Ana Chen', '[Approve]');
  const whispers = workspace.ephemerals('U0ANACHEN1').length;
  await ana.press({ messageTs: card.ts, channel, actionId: 'button:approve' });
  const refusal = await workspace.waitFor(() => workspace.ephemerals('U0ANACHEN1')[whispers], {
    ...patience,
    what: 'an answer to the requester',
  });
  speak('triage, to Ana Chen only', refusal.text);

  speak('Bo Larsen', '[Approve]');
  await bo.press({ messageTs: card.ts, channel, actionId: 'button:approve' });
  const over = await workspace.waitFor(
    () =>
      replies().find(
        (message) =>
          message.ts === card.ts &&
          /resolved|not resolved|nothing was done|stopped/i.test(wordsOf(message)) &&
          !hasButton(message, 'approve') &&
          !/being carried out/i.test(wordsOf(message)),
      ),
    { ...patience, what: 'the outcome' },
  );
  speak('triage', wordsOf(over));
  const headline = await workspace.waitFor(
    () =>
      workspace
        .thread(channel, root.ts)
        .slice(0, 1)
        .find((message) => /resolved/i.test(wordsOf(message))),
    { ...patience, what: 'the outcome in the root message' },
  );
  speak('triage', wordsOf(headline));

  const refused = /second person|not the person who asked/i.test(refusal.text);
  const resolved = /\bresolved\b/i.test(wordsOf(over)) && !/not resolved/i.test(wordsOf(over));
  print('');
  print(
    `The requester was ${refused ? 'refused' : 'NOT refused'} in production; the fix was ${resolved ? 'approved, applied and proved' : 'NOT proved'}.`,
  );
  return refused && resolved;
}

function hasButton(message: Pick<Message, 'blocks'>, name: string): boolean {
  return JSON.stringify(message.blocks).includes(`"action_id":"button:${name}"`);
}
