import { runningClock } from '../../../src/adapters/simulated/clock.ts';
import { startWorld } from '../../../src/adapters/simulated/open-world.ts';
import { type World, World as WorldSchema } from '../../../src/core/world.ts';
import type { Identity, Setup } from '../../contracts/cluster/examinee.ts';
import { foundation } from '../../contracts/cluster/objects.ts';
import { clusterExam } from '../../contracts/cluster.ts';

const rights: Record<Identity, World['denied']> = {
  admin: [],
  viewer: [
    { verb: 'create', resource: '*' },
    { verb: 'patch', resource: '*' },
    { verb: 'delete', resource: '*' },
  ],
  nobody: [{ verb: '*', resource: '*' }],
};

/** A world that runs faster than real time, so that pods need no real seconds to stop. */
const setup: Setup = async ({ now, objects, logs }) => {
  const world = WorldSchema.parse({
    now,
    title: 'a cluster for the exam',
    objects: structuredClone([...foundation, ...objects]),
    logs: [...logs],
  });
  const running = startWorld(world, { clock: runningClock(now, 20) });
  return {
    open: async ({ identity, mode = 'remediate', ...opening }) =>
      running.open({ ...opening, mode, denied: rights[identity] }),
    close: async () => {},
  };
};

clusterExam({ name: 'the simulated world', setup });
