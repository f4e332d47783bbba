import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { isAboutPods, isRemovedRoute, type Loop } from '../../facts/calico/log-lines.ts';
import type { ApiServerStart } from '../../facts/kubernetes/api-server-starts.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { OldAndNew } from '../../facts/kubernetes/new-pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type Listener, nodeOf } from './list-loops.ts';

const linesShown = 8;
const logsShown = 3;

/** `workloadendpoints` of `/calico/resources/v3/projectcalico.org/workloadendpoints`. */
function sayRoot(root: string): string {
  return root.replace(/^\/calico\/(?:resources\/v3\/projectcalico\.org\/)?/, '').replace(/\/$/, '');
}

/** What each of the first few logs shows: which lists go round, how often, and that Felix took routes away. */
export function loopEvidence(listeners: readonly Listener[], own: (loop: Loop) => boolean, now: Date): Evidence[] {
  return listeners.slice(0, logsShown).map(({ pod, log, loops }) => {
    const mine = loops
      .filter(own)
      .toSorted(
        (left, right) =>
          Number(isAboutPods(right.root)) - Number(isAboutPods(left.root)) || right.matches - left.matches,
      );
    const most = Math.max(...mine.map(({ matches }) => matches));
    const first = new Date(Math.min(...mine.map((loop) => loop.first.getTime())));
    const lines = mine
      .flatMap((loop) => loop.lines.slice(-2))
      .slice(0, linesShown)
      .sort((left, right) => (left.at?.getTime() ?? 0) - (right.at?.getTime() ?? 0));
    const removed = log.lines.filter(({ text }) => isRemovedRoute(text));
    const routes =
      removed.length === 0
        ? ''
        : ` Felix took ${removed.length} host ${removed.length === 1 ? 'route' : 'routes'} away in that time.`;
    return {
      from: log.from,
      says: `${pod.metadata.name} on ${pod.spec.nodeName ?? 'an unknown node'} repeats ${mine.length} refused ${mine.length === 1 ? 'list' : 'lists'} (${listed(
        mine.map(({ root }) => sayRoot(root)),
        5,
      )}), up to ${most} times in a minute, at least since ${sayTime(first, now)}.${routes}`,
      lines: [...removed.slice(-2), ...lines].map(({ at, text }) =>
        at === undefined ? text : `${at.toISOString()} ${text}`,
      ),
      outOf: log.lines.length,
    };
  });
}

/** How pods older and younger than the moment fare on the affected nodes; nothing when there is no young one. */
export function podEvidence({ old, recent }: OldAndNew, since: Date, now: Date): Evidence[] {
  if (recent.all === 0) return [];
  const names = recent.waiting.map(podName);
  const older =
    old.all === 0
      ? ''
      : ` Of ${old.all} older ${old.all === 1 ? 'one' : 'ones'}, ${old.ready} ${old.ready === 1 ? 'is' : 'are'} ready.`;
  return [
    {
      from: 'Pods on these nodes, status.conditions[Ready]',
      says: `Of ${recent.all} ${recent.all === 1 ? 'pod' : 'pods'} created since ${sayTime(since, now)}, ${recent.waiting.length} ${recent.waiting.length === 1 ? 'is' : 'are'} not ready${names.length === 0 ? '' : `: ${listed(names, 5)}`}.${older} A pod without a readiness probe looks ready even without a network.`,
    },
  ];
}

/** An API server that started is what breaks a watch; the cache then lists anew. */
export function triggerEvidence(start: ApiServerStart | undefined, now: Date): Evidence[] {
  if (start === undefined) return [];
  return [
    {
      from: `Pod kube-apiserver on ${start.node}, status.containerStatuses`,
      says: `The API server on ${start.node} started at ${sayTime(start.at, now)}, which broke every watch on it.`,
    },
  ];
}

function podName({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** `2 of 6 nodes (worker-3 and worker-5)`. */
export function sayNodes(listeners: readonly Listener[], asked: number): string {
  return `${listeners.length} of ${asked} ${asked === 1 ? 'node' : 'nodes'} (${listed(listeners.map(nodeOf), 6)})`;
}
