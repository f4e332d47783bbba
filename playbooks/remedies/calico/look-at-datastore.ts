import { z } from 'zod';
import { installed } from '../../facts/calico/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** Code that recovers by itself and does not is a symptom: what keeps refusing its lists has to be found. */
export const lookAtDatastore = defineManualRemedy({
  id: 'calico/look-at-datastore',
  does: 'Find out why the API server goes on refusing lists that Calico repeats without a revision.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['With Calico v3.21.0 to v3.23.0: those never leave the loop, whatever the API server does.'],
  input: z.object({}),
  async instruct({ platform }) {
    const namespace = word(installed(platform).namespace);
    return {
      steps: [
        'See whether the API server is well, and whether it restarts again and again: kubectl get --raw "/readyz?verbose" and kubectl -n kube-system get pods -l component=kube-apiserver',
        'See how often etcd is compacted: more than once per 5 minutes, by the log line "finished scheduled compaction", is not usual. Something beside the API server may compact it.',
        'See whether etcd is slow: etcd_disk_wal_fsync_duration_seconds and etcd_disk_backend_commit_duration_seconds should stay below 10 and 25 ms at the 99th percentile.',
        `See whether Calico gives up the revision: kubectl -n ${namespace} logs -l 'k8s-app in (calico-node,canal)' -c calico-node --since=3m --prefix | grep -i "clearing cached watch revision"`,
        'Look for a proxy or load balancer before the API servers that sends each request to another one: their caches may differ by seconds.',
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
