import { z } from 'zod';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';
import { leaderReads, readLeadership } from '../../reads/kong/leader.ts';
import { databaseIsReachable, reachabilityReads } from '../../reads/kong/reachability.ts';
import { leads } from './controller-guards.ts';

/** The controller compares every 3 s, and writes as soon as Kong takes it. */
export const waitForSync = defineRemedy({
  id: 'kong/wait-for-sync',
  how: 'wait',
  does: "Wait for Kong's controller to write the new addresses by itself, and look again.",
  risk: 'none',
  reversible: true,
  whenNotToUse: [
    'While the database is down: nothing can be written until it is back.',
    'When Kong refuses the configuration: the controller sends the same again every 3 s.',
  ],
  input: z.object({}),
  reads: [...installationReads, ...leaderReads, ...reachabilityReads],
  changes: [],
  proof: { withinSeconds: 120, holdSeconds: 60 },
  async plan(sight) {
    const installation = await readInstallation(sight);
    const leadership = await readLeadership(sight, installation);
    const asks = 'Does a controller lead, so that somebody writes?';
    return {
      preconditions: [
        await databaseIsReachable(sight, installation),
        precondition(asks, leads(leadership), leads(leadership) ? 'One does.' : 'None does at present.'),
      ],
      steps: [{ does: 'Wait up to 2 minutes until the controller has written the new addresses into Kong.' }],
      effect: 'Nothing is changed. The controller compares every 3 s, and a write takes up to 30 s.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
