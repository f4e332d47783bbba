export type ProxyTrouble = 'sync' | 'api-server';

/** What kube-proxy says when it cannot write its rules. At its start it cleans up after other modes, and may fail at that. */
const syncFailed = /Failed to execute ip6?tables-restore|Failed to (?:execute|run) nft|"?Sync failed"?[;" ]/;
const atStart = /\bcleanup(?:\.go|_)/;

/** Without the API server its rules stay as they were, which is wrong as soon as a pod moves. */
const cannotList =
  /Failed to (?:list|watch)\b.*(?:Service|Endpoint).*(?:i\/o timeout|connection refused|no route to host|deadline exceeded|Unauthorized)/i;

export function troubleIn(text: string): ProxyTrouble | undefined {
  if (syncFailed.test(text) && !atStart.test(text)) return 'sync';
  return cannotList.test(text) ? 'api-server' : undefined;
}
