import { sayDuration } from '../core/duration.ts';
import type { Measurement } from '../core/finding.ts';
import type { Proposal } from '../core/proposal.ts';
import type { Proof } from '../core/record.ts';
import type { RemedyDefinition } from '../core/remedy.ts';
import type { Cluster } from '../ports/cluster.ts';
import { lookAgain, type SecondLook } from './look-again.ts';
import { measuredBy } from './propose.ts';
import type { RunWith } from './run-playbook.ts';

const pollMilliseconds = 5000;

export type Proving = {
  readonly proposal: Proposal;
  readonly proof: RemedyDefinition['proof'];
  readonly before: readonly Measurement[];
  readonly done: readonly string[];
  readonly startedAt: Date;
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly onStage: (says: string) => Promise<void>;
};

/**
 * Looks with the same check until it comes out clear or the time is over, holds, and looks once more. One clear
 * look is not a proof: a fault that comes back within the hold is not resolved.
 */
export async function prove(proving: Proving, rest: RunWith): Promise<Proof> {
  const { proposal, proof, cluster, signal } = proving;
  const { clock } = cluster;
  const deadline = clock.now().getTime() + proof.withinSeconds * 1000;
  const within = sayDuration(proof.withinSeconds * 1000);
  let look = await lookAgain(proposal, cluster, rest, signal);
  while (look.is !== 'clear' && clock.now().getTime() < deadline) {
    await clock.sleep(pollMilliseconds, signal);
    look = await lookAgain(proposal, cluster, rest, signal);
  }
  if (look.is === 'unknown') {
    return ended(proving, look, 'unknown', `Whether it helped is not known. ${look.because ?? ''}`.trim());
  }
  if (look.is === 'found') {
    return ended(
      proving,
      look,
      'not-resolved',
      `${within} later the same check still finds it. ${look.because ?? ''}`.trim(),
    );
  }
  const hold = sayDuration(proof.holdSeconds * 1000);
  await proving.onStage(`The check came out clear. It is held for ${hold} and asked once more.`);
  await clock.sleep(proof.holdSeconds * 1000, signal);
  const second = await lookAgain(proposal, cluster, rest, signal);
  if (second.is === 'clear') {
    return ended(proving, second, 'resolved', `The same check came out clear twice, ${hold} apart.`);
  }
  if (second.is === 'found') {
    return ended(
      proving,
      second,
      'not-resolved',
      `It was clear once, and came back within ${hold}. ${second.because ?? ''}`.trim(),
    );
  }
  return ended(
    proving,
    second,
    'unknown',
    `It was clear once; the second look was not possible. ${second.because ?? ''}`.trim(),
  );
}

function ended(proving: Proving, look: SecondLook, outcome: Proof['outcome'], says: string): Proof {
  return {
    outcome,
    says,
    done: [...proving.done],
    before: [...proving.before],
    after: measuredBy(look.report, proving.proposal.check),
    startedAt: proving.startedAt.toISOString(),
    finishedAt: proving.cluster.clock.now().toISOString(),
  };
}
