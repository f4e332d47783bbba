import { cancelRun } from '../src/app/cancel-run.ts';
import { cancelFleet } from '../src/app/fleet.ts';
import type { House } from '../src/app/house.ts';
import { clustersToRunOn } from '../src/app/permission.ts';
import { requestFleet } from '../src/app/request-fleet.ts';
import { type Requested, requestRun } from '../src/app/request-run.ts';
import { sayDuration } from '../src/core/duration.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { FleetRecord } from '../src/core/fleet.ts';
import { nearest } from '../src/core/nearest.ts';
import type { RunRecord } from '../src/core/record.ts';
import type { Form } from '../src/core/screen.ts';
import { saySelection } from '../src/core/selection.ts';
import type { CommandAsked, Mentioned, Reply, Submitted } from '../src/ports/chat.ts';
import { usualCluster, withDefaults } from './channel-defaults.ts';
import type { Command, Interactions } from './command.ts';
import { freezeByWords, withoutVerb } from './freeze.ts';
import { help, mayRunNothing } from './help.ts';
import { parseTarget, parseTriage, type TriageWords, wordsOf } from './parse-triage.ts';

const examples = [
  '',
  'help',
  'subnet',
  'subnet prod-sh',
  'subnet prod-sh subnet=ovn-default',
  'subnet --all',
  'subnet --environment production --label team=net',
];

/** `/triage`: looks at a cluster with a playbook and answers in a thread. */
export const triage: Command = {
  name: 'triage',
  summary: 'Looks for the cause of a network fault on a cluster and offers fixes.',
  usageHint: '[playbook] [cluster | --all] [key=value ...] | help',
  examples,
  run: async (asked, house) => {
    if (isHelp(asked.text)) return { reply: 'whisper', text: await help(asked.by, house) };
    if (wordsOf(asked.text)[0]?.toLowerCase() === 'freeze') return freezeByWords(withoutVerb(asked), house);
    return ask(asked, undefined, parseTriage(asked.text, house), house);
  },
};

export const triageDialog: Interactions = { forms: { triage: triageByForm } };

function isHelp(text: string): boolean {
  const [word, ...rest] = wordsOf(text);
  return word !== undefined && rest.length === 0 && /^(help|--help|-h|\?|帮助)$/i.test(word);
}

/** `@triage again`, `@triage cancel` and `@triage subnet …`: slash commands do not work inside threads. */
export async function triageByMention(mentioned: Mentioned, house: House): Promise<Reply> {
  const words = wordsOf(mentioned.text);
  if (words.length === 0 || isHelp(mentioned.text)) {
    return { reply: 'whisper', text: await help(mentioned.by, house) };
  }
  const verb =
    words.length === 1
      ? nearest(words[0] ?? '', ['again', 'cancel', ...house.catalogue.playbooks.map(({ id }) => id)])
      : undefined;
  if (verb === 'again') return runAgain(mentioned, house);
  if (verb === 'cancel') return cancelLatest(mentioned, house);
  return ask(mentioned, mentioned.thread, parseTriage(mentioned.text, house), house);
}

async function runAgain(mentioned: Mentioned, house: House): Promise<Reply> {
  const latest = await latestOf(mentioned, house);
  if (latest === undefined) {
    return {
      reply: 'whisper',
      text: 'There is no run in this thread to repeat. Say for example: @triage subnet prod-sh',
    };
  }
  const { playbook, target } = latest.request;
  const where =
    'cluster' in latest.request ? { cluster: latest.request.cluster } : { selection: latest.request.selection };
  return ask(mentioned, mentioned.thread, { playbook, target, everyNamespace: true, ...where }, house);
}

async function latestOf({ channel, thread }: Mentioned, house: House): Promise<RunRecord | FleetRecord | undefined> {
  const [latest] = thread === undefined ? [] : await house.records.runsOfThread(channel, thread);
  if (latest === undefined) return undefined;
  return (await house.records.run(latest)) ?? house.fleets.fleet(latest);
}

async function cancelLatest(mentioned: Mentioned, house: House): Promise<Reply> {
  const latest = await latestOf(mentioned, house);
  if (latest === undefined) return { reply: 'whisper', text: 'There is no run in this thread to cancel.' };
  const { request } = latest;
  const text =
    'cluster' in request
      ? await cancelRun(request.run, mentioned.by, house)
      : await cancelFleet(request.fleet, mentioned.by, house);
  return { reply: 'whisper', text };
}

/** The dialog's answers. */
async function triageByForm(submitted: Submitted, house: House): Promise<Reply> {
  const { playbook, cluster, target = '' } = submitted.answers;
  if (playbook === undefined) return { reply: 'mistakes', mistakes: { playbook: 'Choose what you see.' } };
  if (cluster === undefined) return { reply: 'mistakes', mistakes: { cluster: 'Choose a cluster.' } };
  try {
    const pairs = wordsOf(target);
    const narrowed = parseTarget(pairs.filter((pair) => pair !== 'namespace=*'));
    const everyNamespace = pairs.includes('namespace=*') ? { everyNamespace: true as const } : {};
    return await ask(submitted, undefined, { playbook, cluster, target: narrowed, ...everyNamespace }, house);
  } catch (error) {
    // Said beside the field, with everything that was typed still there.
    if (error instanceof WrongUsage)
      return { reply: 'mistakes', mistakes: { target: `${error.message} ${error.next}` } };
    throw error;
  }
}

type Asked = Pick<CommandAsked, 'delivery' | 'by' | 'channel'>;

async function ask(asked: Asked, thread: string | undefined, said: TriageWords, house: House): Promise<Reply> {
  const { playbook } = said;
  const place = { channel: asked.channel, ...(thread === undefined ? {} : { thread }) };
  const request = { delivery: asked.delivery, by: asked.by, place };
  if (said.selection !== undefined && playbook !== undefined) {
    const { selection, target } = said;
    const { clusters } = await requestFleet({ ...request, playbook, selection, target }, house);
    const number = clusters.length === 1 ? '1 cluster' : `${clusters.length} clusters`;
    return {
      reply: 'whisper',
      text: `${playbook} on ${number} is queued: ${saySelection(selection)}. One table with all of them comes in this channel.`,
    };
  }
  const { cluster, target, usual } = withDefaults(said, asked.channel, house);
  if (playbook === undefined || cluster === undefined) {
    if (thread === undefined) return askInForm(asked, said, house);
    return {
      reply: 'whisper',
      text: `Name a playbook and a cluster, for example: @triage subnet ${house.registrations[0]?.name ?? ''}`,
    };
  }
  const requested = await requestRun({ ...request, playbook, cluster, target }, house);
  return { reply: 'whisper', text: answerTo(requested, asked, usual, house.clock.now()) };
}

function answerTo({ is, job }: Requested, asked: Asked, usual: readonly string[], now: Date): string {
  const what = `The playbook ${job.playbook} on ${job.cluster}`;
  if (is === 'queued') {
    return [`${what} is queued.`, ...usual, 'The answer comes in a thread in this channel.'].join(' ');
  }
  const ago = sayDuration(now.getTime() - Date.parse(job.requestedAt));
  const here = job.place.channel === asked.channel;
  if (job.requestedBy.id === asked.by.id && here) {
    return `${what} is under way already: you asked for it ${ago} ago. The answer comes in its thread.`;
  }
  const told = here ? 'You are mentioned in its thread when it ends.' : 'You are told here when it ends.';
  return `${what} is under way already: <@${job.requestedBy.id}> asked for it ${ago} ago, so no second run was started. ${told}`;
}

/** Offers only what the person may start; somebody who may start nothing is told so instead. */
async function askInForm(asked: Asked, words: TriageWords, house: House): Promise<Reply> {
  const registrations = await clustersToRunOn(asked.by.id, house);
  if (registrations.length === 0) return { reply: 'whisper', text: await mayRunNothing(asked.by, house) };
  return { reply: 'form', form: form(words, asked.channel, { ...house, registrations }) };
}

function form(words: TriageWords, channel: string, house: House): Form {
  return {
    form: 'triage',
    title: 'Triage a cluster',
    submit: 'Look',
    carries: { channel },
    fields: [
      {
        name: 'playbook',
        label: 'What do you see?',
        optional: false,
        kind: 'choice',
        initial: words.playbook,
        options: house.catalogue.playbooks.map(({ id, title }) => ({ value: id, label: id, describes: title })),
      },
      {
        name: 'cluster',
        label: 'On which cluster?',
        optional: false,
        kind: 'choice',
        initial: words.cluster ?? usualCluster(channel, house),
        options: house.registrations.map(({ name, environment }) => ({
          value: name,
          label: name,
          describes: environment,
        })),
      },
      {
        name: 'target',
        label: 'Only this object',
        hint: 'As key=value, for example subnet=ovn-default. Leave it empty to look at everything.',
        optional: true,
        kind: 'text',
        multiline: false,
        initial: Object.entries(words.target)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      },
    ],
  };
}
