import { manualClock } from '../../../src/adapters/simulated/clock.ts';
import { startWorld, type WorldOptions } from '../../../src/adapters/simulated/open-world.ts';
import { readWorld } from '../../../src/adapters/simulated/read-world.ts';
import type { Change } from '../../../src/core/change.ts';
import { approved } from '../../contracts/approved.ts';
import { Pod } from '../../contracts/cluster/objects.ts';
import { writerOf } from '../../contracts/cluster/question.ts';

export const start = new Date('2026-01-05T10:00:00Z');

/** A world file with the fields that every one needs, and these lines. */
export function worldFile(lines: string): string {
  return `now: 2026-01-05T10:00:00Z\ntitle: a small world\n${lines}`;
}

/** Starts a world from a file's text, on a clock that stands still, and opens it to change things. */
export function running(lines: string, options: WorldOptions = {}) {
  const clock = manualClock(start);
  const world = startWorld(readWorld(worldFile(lines), 'small.yaml'), { clock, ...options });
  const cluster = world.open({ mode: 'remediate' });
  const { reader } = cluster;
  return {
    world,
    clock,
    cluster,
    reader,
    apply: async (change: Change) => writerOf(cluster).apply(approved(change), 0),
    pods: async (namespace = 'shop') => reader.list(Pod, { namespace }),
    /** Deletes a pod by its name, as it is now. */
    deletePod: async (name: string, namespace = 'shop') => {
      const { metadata } = await reader.need(Pod, { namespace, name });
      await writerOf(cluster).apply(approved({ change: 'delete-pod', namespace, name, uid: metadata.uid }), 0);
    },
  };
}

/** A ready pod of one container in the namespace `shop`, as a line of `objects`. */
export function podLine(name: string, owner?: string, extra = ''): string {
  const owners = owner === undefined ? '' : `, ownerReferences: [{ apiVersion: apps/v1, ${owner}, controller: true }]`;
  return `  - { apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, labels: { app: web }${owners}${extra} },
      spec: { nodeName: node-1, containers: [{ name: main, image: 'web:1' }] },
      status: { phase: Running, podIP: 10.16.0.7, conditions: [{ type: Ready, status: 'True' }] } }
`;
}
