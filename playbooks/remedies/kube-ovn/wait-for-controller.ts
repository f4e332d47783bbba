import { z } from 'zod';
import { sayTime } from '../../../src/core/duration.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';

/** A fresh leader starts every queue anew; until it had this long, waiting is all that is called for. */
export const freshLeaderMilliseconds = 120_000;

/** The controller heals this by itself, and the house proves it. */
export const waitForController = defineRemedy({
  id: 'kube-ovn/wait-for-controller',
  how: 'wait',
  does: 'Wait for the kube-ovn controller to finish by itself, and look again.',
  risk: 'none',
  reversible: true,
  whenNotToUse: [
    'When no controller leads: then nothing works on it.',
    'When it failed for more than 10 minutes: retries are up to 16 minutes apart by then.',
  ],
  /** What the house waits for, as a clause: `subnet web is ready`. */
  input: z.object({ until: z.string() }),
  reads: leaderReads,
  changes: [],
  proof: { withinSeconds: 600, holdSeconds: 60 },
  async plan(sight, { until }) {
    const { lock, state, leader } = await readLeadership(sight);
    const since = lock?.acquiredAt === undefined ? '' : ` since ${sayTime(lock.acquiredAt, sight.now)}`;
    const leads = state === 'held' && leader !== undefined;
    const because = leads
      ? `${leader.metadata.name} leads${since}.`
      : 'The leader has just gone, and the next replica takes over.';
    return {
      preconditions: [
        precondition(
          'Does a controller lead, or is one about to?',
          state !== 'free',
          state === 'free' ? 'No controller has renewed the leader lock in time.' : because,
        ),
      ],
      steps: [{ does: `Wait up to 10 minutes until ${until}.` }],
      effect: 'Nothing is changed. A new leader needs from 10 s to a few minutes for all subnets.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
