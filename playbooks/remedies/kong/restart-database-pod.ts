import { z } from 'zod';
import { sayDuration } from '../../../src/core/duration.ts';
import type { ClusterReader, Log } from '../../../src/core/reader.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { damagePatterns, faultOfPod, notReadySince, operatorOf } from '../../facts/kong/database-state.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { databaseReads, readKongDatabase } from '../../reads/kong/database.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';
import { logReads } from '../../reads/kong/logs.ts';

const stuckMilliseconds = 300_000;

/** Only for a pod of the database that is stuck, and whose log tells of no damage that a restart would make worse. */
export const restartDatabasePod = defineRemedy({
  id: 'kong/restart-database-pod',
  how: 'change',
  does: "Delete the stuck pod of Kong's database, so that its workload makes it anew.",
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'When its log tells of a full volume or of damaged files: a restart makes neither better.',
    'When its image cannot be pulled: the new pod cannot pull it either.',
    'Never delete its volume claim, and never delete the pod with a grace period of 0.',
  ],
  input: z.object({ pod: z.string() }),
  reads: [...installationReads, ...databaseReads, ...logReads],
  changes: [{ change: 'delete-pod', kind: Pod, in: { product: 'kong' } }],
  proof: { withinSeconds: 300, holdSeconds: 60 },
  async plan(sight, { pod: wanted }) {
    const installation = await readInstallation(sight);
    const { workload, pods, service } = await readKongDatabase(sight, installation);
    const pod = pods.find(({ metadata }) => metadata.name === wanted);
    if (pod === undefined || service === undefined) {
      return {
        preconditions: [precondition('Is the pod still there?', false, `There is no pod ${wanted} of the database.`)],
        steps: [],
        effect: 'There is nothing to delete.',
        touches: { nodes: 0, pods: 0 },
      };
    }
    const { name, namespace = '', uid } = pod.metadata;
    const isOurs = namespace === installation.namespace;
    const asksPlace = 'Does it run in the namespace of Kong, where this may be changed?';
    const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
    return {
      preconditions: [
        precondition(asksPlace, isOurs, `It is in ${namespace}, and Kong in ${installation.namespace}.`),
        isStuck(pod, sight.now),
        comesBack(pod, workload === undefined ? undefined : operatorOf(workload)),
        ...(isOurs ? [await isUndamaged(sight.cluster, pod)] : []),
        othersServe(pods, pod),
      ],
      steps: [
        {
          does: `Delete pod ${namespace}/${name}, with the time to stop that it asks for.`,
          change: { change: 'delete-pod', namespace, name, uid },
          settled: { until: 'pods-ready', namespace, labels: selector.join(','), atLeast: 1, withinSeconds: 240 },
        },
      ],
      effect:
        'Everything that uses this database, Konga for example, waits 30 to 180 s for it. Kong goes on with the configuration it has in memory.',
      touches: { nodes: 1, pods: 1 },
    };
  },
});

function isStuck(pod: Pod, now: Date): Precondition {
  const asks = 'Is the pod stuck, so that waiting does not help?';
  const fault = faultOfPod(pod);
  if (fault === 'image')
    return precondition(asks, false, 'Its image cannot be pulled; a new pod would not get it either.');
  if (fault === 'pending')
    return precondition(asks, false, 'It waits for a node or for its volume; a new pod would as well.');
  if (fault === 'ended') return precondition(asks, true, `Its phase is ${pod.status.phase}.`);
  if (fault === 'crash-loop') return precondition(asks, true, 'It crashes again and again.');
  const since = notReadySince(pod);
  const age = since === undefined ? 0 : now.getTime() - since.getTime();
  const because = isReady(pod)
    ? 'It is ready.'
    : `It has run without being ready for ${sayDuration(age)}; after 5 minutes it counts as stuck.`;
  return precondition(asks, !isReady(pod) && age > stuckMilliseconds, because);
}

function comesBack(pod: Pod, operator: string | undefined): Precondition {
  const asks = 'Is it made anew by a plain workload?';
  const [owner] = pod.metadata.ownerReferences;
  if (operator !== undefined) return precondition(asks, false, `${operator} manages it; use that to restart it.`);
  if (owner === undefined) return precondition(asks, false, 'Nothing owns the pod, so nothing makes it anew.');
  const isPlain = ['StatefulSet', 'ReplicaSet'].includes(owner.kind);
  return precondition(asks, isPlain, `${owner.kind} ${owner.name} owns it.`);
}

/** The instance that runs and the one before it: a crash loop's reason stands in the latter. */
async function isUndamaged(cluster: ClusterReader, pod: Pod): Promise<Precondition> {
  const asks = 'Is its log free of words of damage?';
  const { name, namespace = '' } = pod.metadata;
  const queries = pod.spec.containers.flatMap(({ name: container }) =>
    [false, true].map((previous) => ({ namespace, pod: name, container, previous, tailLines: 2000 })),
  );
  const found = (await Promise.all(queries.map(async (query) => cluster.logs(query)))).filter(
    (log): log is Log => log !== undefined,
  );
  if (found.length === 0) return { asks, holds: 'unknown', because: 'The pod has no log to read.' };
  const lines = found.flatMap((log) => log.lines);
  const damages = damagePatterns.filter(({ pattern }) => lines.some(({ text }) => pattern.test(text)));
  const because =
    damages.length === 0
      ? `None of ${damagePatterns.length} words of damage stands in its last ${lines.length} lines.`
      : `Its log says that ${listed(damages.map(({ means }) => means))}.`;
  return precondition(asks, damages.length === 0, because);
}

function othersServe(pods: readonly Pod[], pod: Pod): Precondition {
  const asks = 'Is it the only replica?';
  const others = pods.filter((other) => other !== pod).length;
  const because =
    others === 0
      ? 'Yes: until it is back there is no database at all, which is so already.'
      : `There are ${others} more, and this database may elect another one in the meantime.`;
  return { asks, holds: 'confirm', because };
}
