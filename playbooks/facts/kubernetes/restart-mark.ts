/**
 * A patch of a pod template that makes its pods anew, as `kubectl rollout restart` does. What was approved is planned
 * again before it is done and has to be the same then, so the mark is the version that was seen, and not the time.
 */
export function restartPatch(resourceVersion: string) {
  return { spec: { template: { metadata: { annotations: { [restartMark]: resourceVersion } } } } };
}

export const restartMark = 'cluster-triage/restarted-from';
