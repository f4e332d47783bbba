import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { central, installed } from '../../facts/kube-ovn/product.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { defineManualRemedy } from '../manual.ts';

const controls = { 'ovn-nb': 'nb', 'ovn-sb': 'sb' } as const;

/** The databases hold the whole network: no program restarts, kicks or restores them. */
export const repairDatabases = defineManualRemedy({
  id: 'kube-ovn/repair-databases',
  does: 'Find out why the OVN database has no leader, or two, and get its cluster together again.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'By deleting several ovn-central pods at once: without a majority no database can be written any more.',
    'By restoring a backup while a majority of the servers is alive: everything newer than the backup is lost.',
    'By restarting the controllers or kube-ovn-cni first: they cannot start without the databases.',
  ],
  reads: [list(Pod)],
  input: z.object({ services: z.array(z.string()) }),
  async instruct({ cluster, platform }, { services }) {
    const namespace = word(installed(platform).namespace);
    const pods = await cluster.list(Pod, { namespace: installed(platform).namespace, labels: central.labels });
    const bad = pods
      .filter((pod) => !isReady(pod))
      .map(({ metadata, spec }) => `${metadata.name} on ${spec.nodeName ?? 'no node'}`);
    const databases = services.flatMap((service) =>
      service === 'ovn-nb' || service === 'ovn-sb' ? [controls[service]] : [],
    );
    return {
      steps: [
        firstStep(namespace, pods.length, bad),
        ...databases.map(
          (database) =>
            `See who leads, and which servers are members: kubectl ko ${database} status (it is well when one server says "Role: leader" and all say "Status: cluster member")`,
        ),
        ...databases.map(
          (database) =>
            `See whether the database file is whole: kubectl ko ${database} dbstatus (it is when it answers "status: ok")`,
        ),
        'Compare the addresses of the members with NODE_IPS of the Deployment ovn-central: a node that was replaced stays a member under its old address (#5669).',
        'Read /var/log/ovn/ on the nodes of these pods for "candidate", "misrouted message" and "attempts to truncate log": they mean that the members disagree.',
        ...databases.map(
          (database) =>
            `Only when a member is gone for good, and a majority is alive: kubectl ko ${database} kick SERVER_ID, one at a time, after a backup: kubectl ko ${database} backup`,
        ),
        ...(services.includes('ovn-northd')
          ? [
              `ovn-northd has a lock in the southbound database: with that led again, see who holds it: kubectl -n ${namespace} get pods -l ${central.labels} -L ovn-northd-leader`,
            ]
          : []),
      ],
      effect: 'Running pods keep their network meanwhile. Nothing new gets one, and no change reaches the nodes.',
      touches: { nodes: 0, pods: pods.length },
    };
  },
});

function firstStep(namespace: string, pods: number, bad: readonly string[]): string {
  if (pods === 0)
    return `There is no ovn-central pod: kubectl -n ${namespace} describe deployment ${central.deployment}`;
  if (bad.length === 0) return `All ${pods} ovn-central pods are ready, so look at the databases themselves.`;
  return `Get the pods back that are not ready: ${listed(bad)}: kubectl -n ${namespace} describe pod -l ${central.labels}`;
}
