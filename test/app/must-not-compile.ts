import type { Approved, Decision } from '../../src/core/approval.ts';
import type { Proposal } from '../../src/core/proposal.ts';
import type { ClusterWriter } from '../../src/ports/cluster.ts';

/**
 * Each line must be an error of the compiler: a bare remedy, the words of an approval, or a decision alone cannot be
 * applied. When one of them compiles, `npm run types` says that its `@ts-expect-error` is unused.
 */
export const mustNotCompile = {
  // @ts-expect-error A remedy is not an approval.
  remedy: (writer: ClusterWriter, remedy: Proposal['remedy']) => writer.apply(remedy, 0),
  // @ts-expect-error A proposal that nobody approved is not an approval.
  proposal: (writer: ClusterWriter, shown: Proposal) => writer.apply(shown, 0),
  // @ts-expect-error A decision is not an approval: the cluster has to be looked at again.
  decision: (writer: ClusterWriter, decision: Decision) => writer.apply(decision, 0),
  // @ts-expect-error The fields of an approval are not one: the mark on it cannot be written down.
  fields: (): Approved => ({ proposal: 'p', digest: 'd', by: 'U2', steps: [] }),
};
