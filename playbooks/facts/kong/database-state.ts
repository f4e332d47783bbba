import type { Pod } from '../../kinds/kubernetes.ts';
import { isFinished } from '../kubernetes/pods.ts';

/** What keeps a database in the cluster from having an endpoint. */
export type DatabaseFault =
  | 'scaled-to-zero'
  | 'no-service'
  | 'no-pod'
  | 'image'
  | 'crash-loop'
  | 'pending'
  | 'ended'
  | 'not-ready';

const imageReasons = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName'];

function waitingReasons(pod: Pod): string[] {
  const { initContainerStatuses, containerStatuses } = pod.status;
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ state }) => state.waiting?.reason ?? []);
}

export function faultOfPod(pod: Pod): DatabaseFault {
  const reasons = waitingReasons(pod);
  if (reasons.some((reason) => imageReasons.includes(reason))) return 'image';
  if (reasons.includes('CrashLoopBackOff')) return 'crash-loop';
  if (isFinished(pod) || pod.status.phase === 'Unknown') return 'ended';
  return pod.status.phase === 'Pending' ? 'pending' : 'not-ready';
}

/** Since when a pod has not been ready; undefined when it is, or does not say. */
export function notReadySince(pod: Pod): Date | undefined {
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? undefined : (ready.lastTransitionTime ?? undefined);
}

/** `web-0 is Running, not ready: CrashLoopBackOff`, for a person. */
export function sayPod(pod: Pod): string {
  const [reason] = waitingReasons(pod);
  const why = reason ?? pod.status.reason;
  return `${pod.metadata.name} is ${pod.status.phase} and not ready${why === '' ? '' : ` (${why})`}`;
}

/** PostgreSQL's words for a state that a restart makes no better, and may make worse. */
export const damagePatterns: readonly { readonly pattern: RegExp; readonly means: string }[] = [
  { pattern: /No space left on device/i, means: 'its volume is full' },
  { pattern: /database files are incompatible/i, means: 'its data is of another major version' },
  { pattern: /invalid checkpoint/i, means: 'its write-ahead log is damaged' },
  { pattern: /\bPANIC\b/, means: 'it stopped in panic' },
  { pattern: /could not open file/i, means: 'a file of its data is missing' },
];

/** Docker Hub no longer serves the versioned tags of these images (bitnami/containers#83267). */
export function isWithdrawnImage(image: string): boolean {
  return /^(?:docker\.io\/|registry-1\.docker\.io\/)?bitnami\/postgresql:(?!latest$)/.test(image);
}

/** Operators write their clusters again from their own resources; scaling or deleting around them is undone. */
const operatorLabels = [
  'cnpg.io/cluster',
  'postgres-operator.crunchydata.com/cluster',
  'stackgres.io/cluster-name',
  'cluster-name',
];

/** What manages a database instead of a plain workload, by its owner or its labels. */
export function operatorOf({
  metadata,
}: {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly ownerReferences: readonly { readonly kind: string; readonly name: string }[];
  };
}): string | undefined {
  const owner = metadata.ownerReferences.find(({ kind }) => kind !== 'ReplicaSet');
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const label = operatorLabels.find((name) => name in metadata.labels);
  return label === undefined ? undefined : `an operator (label ${label})`;
}
