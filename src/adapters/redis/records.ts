import { z } from 'zod';
import { Decision, GivenApproval } from '../../core/approval.ts';
import { ProposalRecord, ProposalState, RunRecord } from '../../core/record.ts';
import { Review } from '../../core/review.ts';
import type { Collected, Records } from '../../ports/records.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { fieldsOf, parseFields, parseJson, parseStored } from './fields.ts';
import { type Keys, keysUnder } from './keys.ts';
import * as scripts from './record-scripts.ts';
import { createReviews } from './reviews.ts';
import { runScript } from './script.ts';

export type RecordsOptions = {
  readonly prefix?: string;
  /** How long runs and proposals are kept after their end. What is not over yet is never dropped. */
  readonly keepDays?: number;
};

const millisecondsPerDay = 86_400_000;
const RunFields = RunRecord.partial().omit({ request: true });

export function createRecords(connection: RedisConnection, options: RecordsOptions = {}): Records {
  const store = { connection, keys: keysUnder(options.prefix), keep: (options.keepDays ?? 90) * millisecondsPerDay };
  return { ...runs(store), ...proposals(store), ...createReviews(connection, store.keys) };
}

type Store = { readonly connection: RedisConnection; readonly keys: Keys; readonly keep: number };

function isOver(state: RunRecord['state'] | undefined): boolean {
  return state === 'finished' || state === 'failed' || state === 'cancelled';
}

function runs({ connection, keys, keep }: Store) {
  const ask = async <Result>(work: () => Promise<Result>) => connection.within(answerWithinMilliseconds, work);
  return {
    async createRun(record: RunRecord): Promise<RunRecord> {
      const { run } = record.request;
      const fields = fieldsOf(RunRecord.parse(record));
      const reply = await runScript(
        connection,
        scripts.create,
        [keys.run(run), keys.unfinishedRuns],
        [run, isOver(record.state) ? keep : 0, ...fields],
      );
      return there(`The run ${run}`, parseFields(`The run ${run}`, reply, RunRecord));
    },

    async run(id: string): Promise<RunRecord | undefined> {
      return parseFields(
        `The run ${id}`,
        await ask(async () => connection.client.call('HGETALL', keys.run(id))),
        RunRecord,
      );
    },

    async updateRun(id: string, fields: Partial<Omit<RunRecord, 'request'>>): Promise<void> {
      // The schema would put defaults where a field is absent, and an absent field must stay as it is.
      const given = Object.entries(RunFields.parse(fields)).filter(([name]) => Object.hasOwn(fields, name));
      const removed = given.filter(([, value]) => value === undefined).map(([name]) => name);
      const expiry = fields.state === undefined ? 'as-is' : isOver(fields.state) ? keep : 0;
      const values = [id, expiry, removed.length, ...removed, ...fieldsOf(Object.fromEntries(given))];
      const found = await runScript(connection, scripts.updateRun, [keys.run(id), keys.unfinishedRuns], values);
      if (found !== 1) throw new TypeError(`There is no run ${id} to update.`);
    },

    async runsOfThread(channel: string, thread: string): Promise<readonly string[]> {
      return ask(async () => connection.client.zrevrange(keys.thread(channel, thread), 0, -1));
    },

    async unfinishedRuns(): Promise<readonly string[]> {
      return ask(async () => connection.client.zrange(keys.unfinishedRuns, '0', '-1'));
    },

    async addProposal(run: string, proposal: string): Promise<void> {
      const found = await runScript(connection, scripts.addProposal, [keys.run(run)], [proposal]);
      if (found !== 1) throw new TypeError(`There is no run ${run} to add a proposal to.`);
    },

    async rememberThread(run: string, channel: string, thread: string): Promise<void> {
      await runScript(connection, scripts.rememberThread, [keys.thread(channel, thread)], [run, keep]);
    },
  };
}

function proposals({ connection, keys, keep }: Store) {
  const ask = async <Result>(work: () => Promise<Result>) => connection.within(answerWithinMilliseconds, work);
  const keysOf = (id: string) => [keys.proposal(id), keys.offered, keys.unfinished];
  return {
    async createProposal(record: ProposalRecord): Promise<ProposalRecord> {
      const { proposal, state, measured } = ProposalRecord.parse(record);
      if (state.is !== 'offered')
        throw new TypeError(`The proposal ${proposal.id} must be offered before anything else.`);
      const fields = fieldsOf({ proposal, measured, state });
      const values = [proposal.id, Date.parse(proposal.expiresAt), ...fields];
      const reply = await runScript(connection, scripts.createProposal, keysOf(proposal.id), values);
      return there(`The proposal ${proposal.id}`, parseProposal(proposal.id, reply));
    },

    async proposal(id: string): Promise<ProposalRecord | undefined> {
      return parseProposal(id, await ask(async () => connection.client.call('HGETALL', keys.proposal(id))));
    },

    async updateProposal(id: string, fields: Partial<Pick<ProposalRecord, 'prior' | 'undo'>>): Promise<void> {
      const found = await runScript(connection, scripts.updateProposal, [keys.proposal(id)], fieldsOf(fields));
      if (found !== 1) throw new TypeError(`There is no proposal ${id} to update.`);
    },

    async decide(id: string, decision: Decision, review?: Review) {
      const state: ProposalState = { is: 'decided', decision: Decision.parse(decision) };
      const opened = review === undefined ? [] : [JSON.stringify(Review.parse(review)), Date.parse(review.at)];
      const values = [id, JSON.stringify(state), decision.is, keep, ...opened];
      const all = [...keysOf(id), keys.reviews, keys.openReviews];
      const reply = parseTaken(id, await runScript(connection, scripts.decide, all, values));
      if (reply.is === 'over') return { claimed: false as const, state: reply.state };
      return { claimed: true as const };
    },

    async approve(id: string, approval: Decision, wanted: number): Promise<Collected> {
      const { by, at, digest } = approval;
      const state: ProposalState = { is: 'decided', decision: Decision.parse(approval) };
      const given = GivenApproval.parse({ by, at, digest });
      const values = [id, JSON.stringify(state), by, JSON.stringify(given), wanted];
      return parseTaken(id, await runScript(connection, scripts.approve, keysOf(id), values));
    },

    async advance(id: string, state: ProposalState): Promise<void> {
      const values = [id, JSON.stringify(ProposalState.parse(state)), state.is, keep];
      const reply = await runScript(connection, scripts.advance, keysOf(id), values);
      if (reply === 'moved' || reply === 'over') return;
      throw new TypeError(
        `The proposal ${id} is ${typeof reply === 'string' ? reply : 'not there'} and cannot become ${state.is}.`,
      );
    },

    async escalate(id: string, at: Date): Promise<boolean> {
      const when = JSON.stringify(at.toISOString());
      return (await runScript(connection, scripts.escalate, [keys.proposal(id)], [when])) === 1;
    },

    async offered(): Promise<readonly string[]> {
      return ask(async () => connection.client.zrange(keys.offered, '0', '-1'));
    },

    async expired(now: Date): Promise<readonly string[]> {
      return ask(async () => connection.client.zrangebyscore(keys.offered, '-inf', now.getTime()));
    },

    async approvedButUnfinished(): Promise<readonly string[]> {
      return ask(async () => connection.client.zrange(keys.unfinished, '0', '-1'));
    },
  };
}

// Scripts keep plain fields beside the record, so that Lua need not understand its JSON.
const StoredProposal = z.looseObject({
  ...ProposalRecord.omit({ approvals: true }).shape,
  is: z.string().optional(),
  decision: z.string().optional(),
});

const NumberedApproval = z.object({ number: z.number(), given: GivenApproval });

function parseProposal(id: string, reply: unknown): ProposalRecord | undefined {
  const what = `The proposal ${id}`;
  const stored = parseFields(what, reply, StoredProposal);
  if (stored === undefined) return undefined;
  const { proposal, state, measured, escalatedAt, prior, undo } = stored;
  const own: ProposalRecord = {
    proposal,
    state,
    measured,
    ...(escalatedAt === undefined ? {} : { escalatedAt }),
    ...(prior === undefined ? {} : { prior }),
    ...(undo === undefined ? {} : { undo }),
  };
  const given = Object.entries(stored).filter(([field]) => field.startsWith('approval:'));
  if (given.length === 0) return own;
  const numbered = given.map(([, approval]) => parseStored(what, approval, NumberedApproval));
  const inOrder = numbered.toSorted((left, right) => left.number - right.number);
  return { ...own, approvals: inOrder.map((one) => one.given) };
}

const Taken = z.union([
  z.tuple([z.literal('decided')]),
  z.tuple([z.literal('over'), z.string()]),
  z.tuple([z.enum(['decided', 'counted', 'again']), z.number()]),
]);

/** What a script says came of a decision. */
function parseTaken(id: string, reply: unknown): Collected {
  if (reply === null) throw new TypeError(`There is no proposal ${id} to decide about.`);
  const [is, detail] = parseStored(`The answer about the proposal ${id}`, reply, Taken);
  return is === 'over' ? { is, state: parseState(id, detail) } : { is, given: detail ?? 0 };
}

function parseState(id: string, text: string): ProposalState {
  const what = `The state of the proposal ${id}`;
  return parseStored(what, parseJson(what, text), ProposalState);
}

function there<Value>(what: string, value: Value | undefined): Value {
  if (value === undefined) throw new TypeError(`${what} vanished while it was being stored.`);
  return value;
}
