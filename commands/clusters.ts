import { requestInspection } from '../src/app/answer-inspection.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { Registration } from '../src/core/registration.ts';
import type { Command } from './command.ts';
import { findCluster, wordsOf } from './parse-triage.ts';

const examples = ['', 'prod-sh', 'help'];

/** `/clusters`: how the registered clusters stand, and what may be read on them; one private answer. */
export const clusters: Command = {
  name: 'clusters',
  summary: 'Shows which clusters can be reached, what runs there, and what may not be read on them.',
  usageHint: '[cluster] | help',
  examples,
  run: async ({ delivery, by, channel, text }, house) => {
    if (/^\s*(help|--help|-h|\?|帮助)\s*$/i.test(text)) return { reply: 'whisper', text: help };
    const cluster = parseClusters(text, house.registrations);
    await requestInspection({ delivery, cluster, by, place: { channel } }, house);
    const number = house.registrations.length;
    const what = cluster ?? (number === 1 ? '1 cluster' : `${number} clusters`);
    return {
      reply: 'whisper',
      text: `Looking at ${what}. The answer comes here within a minute, and only you see it.`,
    };
  },
};

const help = [
  '`/clusters` shows every registered cluster: whether it can be reached, what runs there, and which playbooks may not read everything they need.',
  '`/clusters <cluster>` shows one in detail, with the exact rules to add. Nothing is changed.',
].join('\n');

/** The cluster that is named, or undefined for all of them. */
export function parseClusters(text: string, registrations: readonly Registration[]): string | undefined {
  const [word, ...rest] = wordsOf(text);
  if (rest.length > 0) {
    throw new WrongUsage(`I understand one cluster, but not ${rest.join(' ')}.`, 'For example: /clusters prod-sh');
  }
  return word === undefined ? undefined : findCluster(word, registrations);
}
