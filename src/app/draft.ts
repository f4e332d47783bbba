import { digestOf } from '../core/canonical-json.ts';
import type { Draft, DraftLanguage } from '../core/draft.ts';
import { WrongUsage } from '../core/errors.ts';
import { findingMark } from '../core/finding-mark.ts';
import type { DraftJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import type { RunRecord } from '../core/record.ts';
import type { Offered } from '../ports/drafts.ts';
import { draftArticle, type Resolved } from './draft-article.ts';
import { type House, registrationOf } from './house.ts';
import { threadOf } from './show.ts';

export type DraftAsked = {
  readonly delivery: string;
  readonly by: Person;
  readonly language: DraftLanguage;
  /** Of these the first that resolved something is written about. */
  readonly runs: readonly string[];
};

/**
 * Stores the job that writes an article from a resolved run, and says so to the person who asked.
 * @throws {WrongUsage} when none of the runs resolved anything
 */
export async function requestDraft({ delivery, by, language, runs }: DraftAsked, house: House): Promise<string> {
  for (const run of runs) {
    const record = await house.records.run(run);
    const resolved = record === undefined ? [] : await resolvedBy(record, house);
    const [first] = resolved;
    if (first === undefined) continue;
    const revision = digestOf(resolved.map(({ proposal }) => proposal.id)).slice(0, 12);
    await house.queue.add('notify', `draft/${run}/${language}/${delivery}`, {
      show: 'draft',
      run,
      language,
      revision,
      by: by.id,
    });
    return `An article about ${first.proposal.code} is being drafted from what this run recorded. It comes into this thread as a file; read it and finish it before you publish it.`;
  }
  throw new WrongUsage(
    'There is no fix in this thread that was proved to have resolved anything, so there is nothing to write about.',
    'Ask again in a thread whose fix ended as resolved.',
  );
}

/** Shows a draft in the thread of its run, once, and puts it up for review where the team keeps its articles. */
export async function showDraft({ run, language, revision }: DraftJob, house: House): Promise<void> {
  const record = await house.records.run(run);
  const draft = record === undefined ? undefined : await draftOf(record, language, house);
  if (record === undefined || draft === undefined) return;
  const key = `run/${run}/draft/${language}/${revision}`;
  const place = { channel: record.request.place.channel, under: threadOf(record) };
  const name = `draft-${draft.code.replaceAll('/', '-')}${language === 'en' ? '' : `-${language}`}.md`;
  await house.chat.attach({ ...place, key, name, title: `Draft: ${draft.title}`, content: draft.markdown });
  const offered = await house.drafts.offer(draft);
  const said = sayOffered(offered);
  if (said === undefined) return;
  const tone = offered.is === 'offered' ? 'good' : 'bad';
  await house.chat.show({ ...place, key: `${key}/offered`, screen: { screen: 'notice', tone, text: said } });
}

/** A draft that failed for good: whoever asked for it is told. */
export async function draftFailed({ run, by }: DraftJob, error: Error, house: House): Promise<void> {
  const record = await house.records.run(run);
  if (record === undefined) return;
  const text = `The draft of run ${run} could not be shown: ${error.message} Ask for it again with @triage draft.`;
  await house.chat.whisper(by, record.request.place.channel, text);
}

async function draftOf(record: RunRecord, language: DraftLanguage, house: House): Promise<Draft | undefined> {
  const { report, request } = record;
  const resolved = await resolvedBy(record, house);
  const [first] = resolved;
  if (report === undefined || first === undefined) return undefined;
  const finding = report.findings.find((one) => findingMark(one) === findingMark(first.proposal));
  if (finding === undefined) return undefined;
  const { environment } = registrationOf(house, request.cluster);
  return draftArticle({ report, environment, finding, resolved, language });
}

async function resolvedBy(record: RunRecord, house: House): Promise<Resolved[]> {
  const resolved: Resolved[] = [];
  for (const id of record.proposals) {
    const stored = await house.records.proposal(id);
    if (stored?.state.is !== 'done' || stored.state.proof.outcome !== 'resolved') continue;
    const entries = await house.ledger.ofProposal(id);
    resolved.push({ proposal: stored.proposal, proof: stored.state.proof, entries });
  }
  return resolved;
}

function sayOffered(offered: Offered): string | undefined {
  switch (offered.is) {
    case 'nowhere':
      return undefined;
    case 'offered':
      return `The draft is the branch ${offered.branch} of ${offered.where}, ready for review. Only what the run and the ledger recorded is in it; a person has to finish it.`;
    case 'refused':
      return `The draft could not be pushed for review: ${offered.because}. The file in this thread is the whole draft; @triage draft tries again.`;
  }
}
