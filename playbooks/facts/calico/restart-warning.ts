import type { Platform } from '../../../src/core/platform.ts';
import { sayVersion } from './product.ts';
import { changes, isAffectedByStaleWatch, unlessBackported } from './versions.ts';

/**
 * What has to be said before an API server is restarted: some versions of Calico then lose sight of the cluster for
 * good, and new pods get no network although nothing looks broken. Empty where that cannot happen.
 */
export function beforeRestartOfApiServer({ calico }: Platform): string[] {
  if (calico === undefined) return [];
  const affected = isAffectedByStaleWatch(calico.version);
  if (affected === false) return [];
  const sure = affected === true ? 'may lose' : 'may be one that loses';
  return [
    `Read this first: ${sayVersion(calico.version)} ${sure} sight of the cluster when an API server restarts, ${unlessBackported(changes.revisionClearedOnError)} (v3.21.0 to v3.22.5 and v3.23.0, #6032). New pods then get no network on some nodes, and old ones go on working. It is likeliest on Kubernetes up to 1.18.`,
  ];
}

/** What to look at once the API servers are back. */
export function afterRestartOfApiServer({ calico }: Platform): string[] {
  if (calico === undefined || isAffectedByStaleWatch(calico.version) === false) return [];
  return [
    `Ten minutes after each restart, run the playbook pod-network: calico/stale-watch names the nodes whose calico-node has to be restarted. By hand: kubectl -n ${calico.namespace} logs -l k8s-app=calico-node -c calico-node --since=5m --prefix | grep -e "Full resync is required" -e "resourceVersion for the provided list is too old"`,
  ];
}
