import { z } from 'zod';
import { defineManualRemedy } from '../manual.ts';

export const relieveApiServer = defineManualRemedy({
  id: 'kube-ovn/relieve-api-server',
  does: 'Find out what keeps the API server or etcd from answering in time.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By restarting the kube-ovn controllers: each restart lists everything anew and adds to the load.'],
  input: z.object({}),
  async instruct() {
    return {
      steps: [
        'See which part of the API server is not well: kubectl get --raw "/readyz?verbose"',
        'See whether etcd answers in time: the metrics etcd_disk_wal_fsync_duration_seconds and etcd_disk_backend_commit_duration_seconds should stay below 10 and 25 ms at the 99th percentile.',
        'See who asks so much: the metrics apiserver_flowcontrol_rejected_requests_total and apiserver_request_total by client.',
        'Look for what began at the time of the first line: a load test, a rollout with many pods, a backup of etcd, a full disk.',
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
