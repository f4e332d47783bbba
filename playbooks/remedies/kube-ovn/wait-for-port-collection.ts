import { z } from 'zod';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { Time } from '../../../src/core/kind.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';

/** Ports are collected within two rounds of the usual 6 minutes, and then the pod that waits has to try again. */
export const waitForPortCollection = defineRemedy({
  id: 'kube-ovn/wait-for-port-collection',
  how: 'wait',
  does: 'Wait until the controller has collected the port without an owner, and look again.',
  risk: 'none',
  reversible: true,
  whenNotToUse: ['When the time that is named has passed already: then the port will not be collected.'],
  input: z.object({ port: z.string(), by: Time }),
  reads: leaderReads,
  changes: [],
  proof: { withinSeconds: 900, holdSeconds: 60 },
  async plan(sight, { port, by }) {
    const { state, leader } = await readLeadership(sight);
    const left = by.getTime() - sight.now.getTime();
    return {
      preconditions: [
        precondition(
          'Does a controller lead that can collect it?',
          state === 'held' && leader !== undefined,
          leader === undefined ? 'No controller leads.' : `${leader.metadata.name} leads.`,
        ),
      ],
      steps: [
        {
          does: `Wait until ${sayTime(by, sight.now)}, ${sayDuration(left)} from now, for the port ${port} to be collected.`,
        },
      ],
      effect:
        'Nothing is changed. One round marks the port, the next one deletes it; then the pod’s next try gets the address.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
