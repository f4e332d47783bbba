import type { Decision } from '../../src/core/approval.ts';
import { ProposalRecord, type ProposalState, RunRecord } from '../../src/core/record.ts';
import { Review } from '../../src/core/review.ts';
import type { Records } from '../../src/ports/records.ts';

/** Records in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryRecords(): Records {
  const runs = new Map<string, RunRecord>();
  const proposals = new Map<string, ProposalRecord>();
  const reviews = new Map<string, Review>();
  const threads = new Map<string, string[]>();
  const threadKey = (channel: string, thread: string) => JSON.stringify([channel, thread]);
  const isOver = ({ is }: ProposalState) => is === 'done' || is === 'void';
  const idsOf = (wanted: (record: ProposalRecord) => boolean) =>
    [...proposals.values()].filter(wanted).map(({ proposal }) => proposal.id);

  const standing = (id: string, doing: string): ProposalRecord => {
    const record = proposals.get(id);
    if (record === undefined) throw new TypeError(`There is no proposal ${id} to ${doing}.`);
    return record;
  };

  return {
    async createRun(record) {
      const { run } = record.request;
      if (!runs.has(run)) runs.set(run, RunRecord.parse(record));
      return structuredClone(runs.get(run) ?? record);
    },
    async run(id) {
      return structuredClone(runs.get(id));
    },
    async updateRun(id, fields) {
      const record = runs.get(id);
      if (record === undefined) throw new TypeError(`There is no run ${id} to update.`);
      const merged = Object.entries({ ...record, ...fields }).filter(([, value]) => value !== undefined);
      runs.set(id, RunRecord.parse(Object.fromEntries(merged)));
    },
    async runsOfThread(channel, thread) {
      return [...(threads.get(threadKey(channel, thread)) ?? [])];
    },
    async unfinishedRuns() {
      const over = ['finished', 'failed', 'cancelled'];
      return [...runs.values()].filter(({ state }) => !over.includes(state)).map(({ request }) => request.run);
    },
    async addProposal(run, proposal) {
      const record = runs.get(run);
      if (record === undefined) throw new TypeError(`There is no run ${run} to add a proposal to.`);
      runs.set(run, { ...record, proposals: [...new Set([...record.proposals, proposal])] });
    },
    async rememberThread(run, channel, thread) {
      const known = threads.get(threadKey(channel, thread)) ?? [];
      if (!known.includes(run)) threads.set(threadKey(channel, thread), [run, ...known]);
    },

    async createProposal(record) {
      const { id } = record.proposal;
      if (!proposals.has(id)) proposals.set(id, ProposalRecord.parse(record));
      return structuredClone(proposals.get(id) ?? record);
    },
    async proposal(id) {
      return structuredClone(proposals.get(id));
    },
    async updateProposal(id, fields) {
      proposals.set(id, ProposalRecord.parse({ ...standing(id, 'update'), ...fields }));
    },
    async decide(id: string, decision: Decision, review?: Review) {
      const record = standing(id, 'decide about');
      if (record.state.is !== 'offered') return { claimed: false, state: structuredClone(record.state) };
      proposals.set(id, ProposalRecord.parse({ ...record, state: { is: 'decided', decision } }));
      if (review !== undefined && !reviews.has(id)) reviews.set(id, Review.parse(review));
      return { claimed: true };
    },
    async approve(id, approval, wanted) {
      const record = standing(id, 'decide about');
      if (record.state.is !== 'offered') return { is: 'over', state: structuredClone(record.state) };
      const { by, at, digest } = approval;
      const before = record.approvals ?? [];
      const isNew = before.every((one) => one.by !== by);
      const approvals = isNew ? [...before, { by, at, digest }] : before;
      const enough = approvals.length >= wanted;
      const state: ProposalState = enough ? { is: 'decided', decision: approval } : record.state;
      proposals.set(id, ProposalRecord.parse({ ...record, state, approvals }));
      return { is: enough ? 'decided' : isNew ? 'counted' : 'again', given: approvals.length };
    },
    async advance(id, state) {
      const record = standing(id, 'move on');
      const now = record.state;
      if (isOver(now)) return;
      if (now.is === 'offered' || now.decision.is !== 'approved' || state.is === 'offered' || state.is === 'decided') {
        throw new TypeError(`The proposal ${id} is ${now.is} and cannot become ${state.is}.`);
      }
      proposals.set(id, ProposalRecord.parse({ ...record, state }));
    },
    async escalate(id, at) {
      const record = proposals.get(id);
      if (record?.state.is !== 'offered' || record.escalatedAt !== undefined) return false;
      proposals.set(id, { ...record, escalatedAt: at.toISOString() });
      return true;
    },
    async offered() {
      const firstOver = (one: string, other: string) =>
        Date.parse(proposals.get(one)?.proposal.expiresAt ?? '') -
        Date.parse(proposals.get(other)?.proposal.expiresAt ?? '');
      return idsOf(({ state }) => state.is === 'offered').sort(firstOver);
    },
    async expired(now) {
      return idsOf(({ state, proposal }) => state.is === 'offered' && Date.parse(proposal.expiresAt) <= now.getTime());
    },
    async approvedButUnfinished() {
      return idsOf(({ state }) => state.is !== 'offered' && state.decision.is === 'approved' && !isOver(state));
    },

    async review(proposal) {
      return structuredClone(reviews.get(proposal));
    },
    async openReviews() {
      return structuredClone([...reviews.values()].filter(({ closed }) => closed === undefined));
    },
    async closeReview(proposal, closed) {
      const review = reviews.get(proposal);
      if (review === undefined || review.closed !== undefined) return false;
      reviews.set(proposal, { ...review, closed });
      return true;
    },
  };
}
