import { z } from 'zod';
import { defineManualRemedy } from '../manual.ts';

/** Calico is only the first to be noticed: every client that keeps a cache waits for the same future. */
export const followRollback = defineManualRemedy({
  id: 'calico/follow-rollback',
  does: 'See to everything else that still waits for the old datastore.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['When etcd was not restored or replaced: then find out first why the revision went back.'],
  input: z.object({}),
  async instruct() {
    return {
      steps: [
        'Find out what happened to etcd: ask who restored a snapshot, and compare on each member: etcdctl endpoint status --cluster -w table',
        'See whether all API servers use the same etcd: compare --etcd-servers of kubectl -n kube-system get pods -l component=kube-apiserver -o yaml',
        'Restart the other clients, one control-plane node at a time: kube-controller-manager, kube-scheduler, then the kubelets, and every operator that watches.',
        'Look for pods that run and are not in the API any more, and for objects that came back from the snapshot: they need a decision each.',
      ],
      effect:
        'Looking changes nothing. A restarted controller works from what the snapshot holds, and may recreate or remove pods.',
    };
  },
});
