import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { isWithdrawnImage } from '../../facts/kong/database-state.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { Event } from '../../kinds/events.ts';
import { databaseReads, type KongDatabase, readKongDatabase } from '../../reads/kong/database.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';
import { defineManualRemedy } from '../manual.ts';

/** What nobody but a person may do to a database, by what is wrong with it. */
export const repairDatabase = defineManualRemedy({
  id: 'kong/repair-database',
  does: "Find out why Kong's database does not answer, and put that right.",
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'Never restart Kong, nor delete its pods, while the database is down: they could not start again.',
    'Never delete the volume claim of the database, and write nothing into its tables: the controller would fight it.',
  ],
  reads: [...installationReads, ...databaseReads, list(Event)],
  input: z.object({ tooManyClients: z.boolean() }),
  async instruct(sight, { tooManyClients }) {
    const installation = await readInstallation(sight);
    const database = await readKongDatabase(sight, installation);
    const steps = tooManyClients ? connectionSteps(database) : stepsFor(database);
    const warnings = await warningsOf(sight.cluster, database);
    const { host, port } = database.settings;
    return {
      steps: [
        ...steps,
        ...warnings,
        probeOf(installation.namespace, host, port),
        'Touch nothing of Kong: within about 3 s of the database being back, the controller writes what is missing by itself.',
      ],
      effect:
        'Requests to pods that have not moved are served all the while. Pods that get a new address are reached only once the database is back.',
    };
  },
});

function probeOf(namespace: string, host: string | undefined, port: number): string {
  const place = `kubectl -n ${word(namespace)}`;
  return host === undefined
    ? `See where KONG_PG_HOST comes from, and whether that host answers on port ${port}: ${place} get deployments,daemonsets -o yaml`
    : `See it answer: ${place} run pg-probe --rm -it --restart=Never --image=postgres:16-alpine -- pg_isready -h ${word(host)} -p ${port}`;
}

function placeOf({ workload, service }: KongDatabase): { namespace: string; name: string; kind: string } {
  const { metadata } = workload ?? service ?? {};
  return {
    namespace: word(metadata?.namespace ?? 'NAMESPACE'),
    name: word(metadata?.name ?? 'NAME'),
    kind: (workload?.kind ?? 'Service').toLowerCase(),
  };
}

function stepsFor(database: KongDatabase): string[] {
  const { namespace, name, kind } = placeOf(database);
  const [pod] = database.pods;
  const podName = word(pod?.metadata.name ?? 'NAME');
  const describe = `kubectl -n ${namespace} describe pod ${podName}`;
  const logs = `kubectl -n ${namespace} logs ${podName} --all-containers --tail=100`;
  const image = pod?.spec.containers[0]?.image ?? database.workload?.spec.template.spec.containers[0]?.image ?? '';
  const { host, port } = database.settings;
  switch (database.fault) {
    case 'scaled-to-zero':
      return [
        `Ask who scaled it down and why: kubectl -n ${namespace} get ${kind} ${name} -o yaml`,
        `If nobody needs it stopped: kubectl -n ${namespace} scale ${kind} ${name} --replicas=1`,
      ];
    case 'no-service':
      return [
        `Kong looks for its database at ${host}, and there is no such Service. See what there is: kubectl get services -A | grep -i -e postgres -e pg`,
        'Make that Service anew, or correct KONG_PG_HOST where Kong is installed from; changing it restarts Kong, so the new name must answer first.',
      ];
    case 'no-pod':
      return [
        `No pod carries the labels that Service ${name} selects: kubectl -n ${namespace} get service ${word(database.service?.metadata.name ?? 'NAME')} -o jsonpath='{.spec.selector}'`,
        'Bring back the workload that made them, or correct the selector.',
      ];
    case 'image':
      return [
        `Its image ${image === '' ? '' : `${image} `}cannot be pulled: ${describe}`,
        isWithdrawnImage(image)
          ? 'Docker Hub has withdrawn the versioned tags of bitnami/postgresql (bitnami/containers#83267): point the Helm values at your own copy, or at bitnamilegacy/postgresql with the same tag, and upgrade the release.'
          : 'Put the image where the nodes can pull it, or correct its name where the database is installed from.',
      ];
    case 'pending':
      return [`It has no node or no volume yet; the reason is at the end of: ${describe}`];
    case 'crash-loop':
    case 'ended':
    case 'not-ready':
      return [
        `Read why it stops: ${logs} --previous`,
        `Without a previous instance: ${logs}`,
        'With "No space left on device" make the volume larger first. With words of damaged or incompatible files restore from the backup; a restart makes neither better.',
      ];
    case undefined:
      return database.place === 'outside'
        ? [
            `It is outside of this cluster, at ${host}:${port}: see there whether it runs, and whether a firewall, a certificate or a password has changed.`,
          ]
        : [
            `Its pods are ready, so look at the way to them: NetworkPolicies in ${namespace}, the name ${host} in DNS, the password in Kong's environment.`,
            `Read what Kong says: kubectl -n ${namespace} logs ${podName} --tail=100`,
          ];
  }
}

function connectionSteps(database: KongDatabase): string[] {
  const { namespace } = placeOf(database);
  const pod = word(database.pods[0]?.metadata.name ?? 'NAME');
  return [
    `See who holds the connections: kubectl -n ${namespace} exec ${pod} -- psql -U postgres -c 'select usename, state, count(*) from pg_stat_activity group by 1, 2 order by 3 desc'`,
    'Limit what each Kong worker opens with KONG_PG_MAX_CONCURRENT_QUERIES, or raise max_connections of the database, and restart only what you changed.',
  ];
}

/** The newest warnings about its pods: a volume that cannot be mounted is told nowhere else. */
async function warningsOf(
  cluster: Parameters<typeof readKongDatabase>[0]['cluster'],
  { pods }: KongDatabase,
): Promise<string[]> {
  const [pod] = pods;
  if (pod === undefined) return [];
  const { name, namespace } = pod.metadata;
  const fields = `involvedObject.kind=Pod,involvedObject.name=${name}`;
  const events = await cluster.list(Event, { namespace, fields });
  return events
    .filter(({ type }) => type === 'Warning')
    .slice(-3)
    .map(({ reason, message }) => `Kubernetes warns of it (${reason}): ${message.slice(0, 300)}`);
}
