import { sayApprovals } from '../src/app/approvals.ts';
import type { House } from '../src/app/house.ts';
import type { CommandAsked, Reply } from '../src/ports/chat.ts';
import type { Command, Interactions } from './command.ts';

/** `/approvals`: what waits for the person who asks. */
export const approvals: Command = {
  name: 'approvals',
  summary: 'Lists the fixes that wait for your approval, with links to their cards.',
  usageHint: '',
  examples: [''],
  run: listApprovals,
};

export const approvalsByMention: Interactions = { mentions: { approvals: listApprovals } };

async function listApprovals({ by }: Pick<CommandAsked, 'by'>, house: House): Promise<Reply> {
  return { reply: 'whisper', text: await sayApprovals(by.id, house) };
}
