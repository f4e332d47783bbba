import type { Evidence } from '../../../src/core/finding.ts';
import type { ClusterReader, Log, LogLine } from '../../../src/core/reader.ts';
import { cannotReachApiServer, soughtApiServers, tellsOfAnswer } from '../../facts/kubernetes/apiserver-lines.ts';
import { isFinished, isReady } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import type { ApiServer } from './api-server.ts';

/** A crash loop speaks every 5 minutes at most; who stays up speaks at least once a minute (client-go's back-off). */
const windowSeconds = 600;
const ongoingSeconds = 180;
const linesShown = 6;

/** A pod that the API server does not answer, by its own words. */
export type Victim = { readonly pod: Pod; readonly log: Log; readonly lines: readonly LogLine[] };

export type Witnesses = { readonly asked: readonly Pod[]; readonly victims: readonly Victim[] };

/** Pods in the pod network that are running or trying to: one on the host network does not use that path. */
export function couldSuffer(pod: Pod): boolean {
  return (
    !pod.spec.hostNetwork &&
    pod.spec.nodeName !== undefined &&
    !isFinished(pod) &&
    pod.metadata.deletionTimestamp === undefined
  );
}

/** At most so many pods, unready ones first and each node in turn, so that few logs tell about many nodes. */
export function spread(pods: readonly Pod[], atMost: number): Pod[] {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods.toSorted((left, right) => Number(isReady(left)) - Number(isReady(right)))) {
    const node = pod.spec.nodeName ?? '';
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  const chosen: Pod[] = [];
  for (let round = 0; chosen.length < Math.min(atMost, pods.length); round += 1) {
    for (const own of byNode.values()) {
      const pod = own[round];
      if (pod !== undefined && chosen.length < atMost) chosen.push(pod);
    }
  }
  return chosen;
}

/** Reads what these pods last said, and keeps those that still cannot reach the API server. */
export async function readVictims(
  cluster: ClusterReader,
  pods: readonly Pod[],
  api: ApiServer,
  now: Date,
): Promise<Witnesses> {
  const seen = await Promise.all(pods.map((pod) => readVictim(cluster, pod, api, now)));
  return { asked: pods, victims: seen.flatMap((victim) => victim ?? []) };
}

async function readVictim(
  cluster: ClusterReader,
  pod: Pod,
  { answering }: ApiServer,
  now: Date,
): Promise<Victim | undefined> {
  for await (const log of lastWords(cluster, pod)) {
    const lines = log.lines.filter(({ text }) => cannotReachApiServer(text, answering));
    if (isAnsweredSince(log.lines, lines)) continue;
    const last = lines.at(-1)?.at;
    const age = last === undefined ? Infinity : now.getTime() - last.getTime();
    // Who has been quiet since and is Ready has recovered.
    if (age <= (isReady(pod) ? ongoingSeconds : windowSeconds) * 1000) return { pod, log, lines };
  }
  return undefined;
}

/**
 * Whether a pod says that it was answered after its failures. Answers between them are of no account: one of several
 * API servers may be the one that is silent.
 */
function isAnsweredSince(lines: readonly LogLine[], failures: readonly LogLine[]): boolean {
  const [first] = failures;
  const last = failures.at(-1);
  if (first === undefined || last === undefined) return false;
  const sinceFirst = lines.slice(lines.indexOf(first)).findIndex(({ text }) => tellsOfAnswer(text));
  return sinceFirst !== -1 && lines.indexOf(first) + sinceFirst > lines.lastIndexOf(last);
}

/** What each container of a pod said in the last minutes, and before its last restart. */
async function* lastWords(cluster: ClusterReader, pod: Pod): AsyncGenerator<Log> {
  const { name, namespace = '' } = pod.metadata;
  for (const { name: container, restartCount } of pod.status.containerStatuses) {
    for (const previous of restartCount > 0 ? [false, true] : [false]) {
      const log = await cluster.logs({ namespace, pod: name, container, previous, sinceSeconds: windowSeconds });
      if (log !== undefined) yield log;
    }
  }
}

/**
 * The addresses at which these pods sought the API server in vain, where nothing else tells its address, and how many
 * logs they have.
 */
export async function readSoughtAddresses(
  cluster: ClusterReader,
  pods: readonly Pod[],
): Promise<{ readonly addresses: readonly string[]; readonly logs: number }> {
  const sought = new Set<string>();
  let logs = 0;
  for (const pod of pods) {
    for await (const { lines } of lastWords(cluster, pod)) {
      logs += 1;
      for (const { text } of lines) for (const address of soughtApiServers(text)) sought.add(address);
    }
  }
  return { addresses: [...sought], logs };
}

export function victimEvidence({ pod, log, lines }: Victim): Evidence {
  const { name, namespace = '' } = pod.metadata;
  return {
    from: log.from,
    says: `${namespace}/${name} on node ${pod.spec.nodeName ?? 'unknown'} got no answer from the API server, by ${lines.length} ${lines.length === 1 ? 'line' : 'lines'} of the last ${windowSeconds / 60} minutes.`,
    lines: lines.slice(-linesShown).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
    outOf: log.lines.length,
  };
}
