import type { Look, Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Evidence, Finding, FindingCode } from '../../../src/core/finding.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';

/**
 * Lets a check look although some logs cannot be read: the kubelet of a node that is down gives none, and that is when
 * the others are needed most. What the rest shows stands, and says what is missing. Where it shows nothing the first
 * failure is the answer, because a line that nobody could read may say otherwise.
 */
export function despiteUnreadLogs<Settings, Code extends FindingCode>(
  look: (sight: Sight<Settings>) => Promise<Look<Code>>,
): (sight: Sight<Settings>) => Promise<Look<Code>> {
  return async (sight) => {
    const unread: CannotRead[] = [];
    const seen = await lookOrFail(look({ ...sight, cluster: noting(sight.cluster, unread) }), unread);
    const [first] = unread;
    if (first === undefined) return seen;
    if (seen.findings.length === 0) throw first;
    return {
      ...seen,
      findings: seen.findings.map((finding) => withEvidence(finding, sayUnread(first, unread.length))),
    };
  };
}

function noting(cluster: ClusterReader, unread: CannotRead[]): ClusterReader {
  return {
    ...cluster,
    logs: async (query) => {
      try {
        return await cluster.logs(query);
      } catch (error) {
        // A right that is missing is missing for every log, and somebody can grant it: that is no bad luck of one node.
        if (!(error instanceof CannotRead) || ['undeclared', 'denied'].includes(error.reason)) throw error;
        unread.push(error);
        return undefined;
      }
    },
  };
}

/** A check that misses a log says that there is none; why there is none is the better answer. */
async function lookOrFail<Seen>(look: Promise<Seen>, unread: readonly CannotRead[]): Promise<Seen> {
  try {
    return await look;
  } catch (error) {
    throw error instanceof CannotRead && error.reason === 'missing' ? (unread[0] ?? error) : error;
  }
}

function sayUnread(first: CannotRead, count: number): Evidence {
  const others = count === 1 ? '' : ` ${count - 1} more could not be read either.`;
  return { from: 'Logs that are not counted here', says: `${first.message}${others}` };
}

function withEvidence<Code extends FindingCode>(finding: Finding<Code>, evidence: Evidence): Finding<Code> {
  const [first, ...rest] = finding.evidence;
  return { ...finding, evidence: [first, ...rest, evidence] };
}
