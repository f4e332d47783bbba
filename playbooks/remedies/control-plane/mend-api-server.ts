import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const mendApiServer = defineManualRemedy({
  id: 'control-plane/mend-api-server',
  does: 'Find out which part of the API server is not ready, and mend that.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By restarting every API server at once: all of them list everything anew, and etcd is asked for it all.',
    'Without a look at the version of Calico first: v3.21.0 to v3.22.5 and v3.23.0 lose their watches when an API server restarts (#6032), and new pods then get no network until calico-node is restarted.',
  ],
  /** Names of failed health checks, such as `etcd`, and of pods that are not ready. */
  input: z.object({ failed: z.array(z.string()), pods: z.array(z.string()) }),
  async instruct(_sight, { failed, pods }) {
    const pod = word(pods[0] ?? '');
    return {
      steps: [
        'See which parts are well: kubectl get --raw "/readyz?verbose"',
        ...(failed.some((name) => name.startsWith('etcd'))
          ? [
              'etcd is the one that fails: look at its disk and quorum. etcdctl endpoint status and endpoint health, on a control-plane node; etcd_disk_wal_fsync_duration_seconds should stay below 10 ms at the 99th percentile.',
            ]
          : []),
        ...(failed.some((name) => name.startsWith('poststarthook'))
          ? [
              'A part that runs once after the start has not ended: it often waits for another one. Give it two minutes, then read the log for its name.',
            ]
          : []),
        ...(failed.includes('shutdown') ? ['It is being stopped: wait until it has started again.'] : []),
        ...(pods.length === 0
          ? []
          : [
              `Read why it stopped: kubectl -n kube-system logs ${pod} --previous --tail=100. Where the API server does not answer, on the node: crictl ps -a --name kube-apiserver, and crictl logs.`,
            ]),
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
