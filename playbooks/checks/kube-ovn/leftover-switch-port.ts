import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { addressChanges, collectsAtStart } from '../../facts/kube-ovn/address-versions.ts';
import { isOrphan } from '../../facts/kube-ovn/orphans.ts';
import { collectedBy, collectionInterval } from '../../facts/kube-ovn/port-collection.ts';
import { installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { has } from '../../facts/kube-ovn/versions.ts';
import { canonicalAddress } from '../../facts/network/address.ts';
import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import { isAsked } from '../../reads/kube-ovn/addresses.ts';
import { readController } from '../../reads/kube-ovn/controller.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { blockedBy, type Collection, isDue, orphansOf } from '../../reads/kube-ovn/leftovers.ts';
import { groupsOf, measureRequests, type RequestGroup } from '../../reads/kube-ovn/request-groups.ts';
import { type Requests, readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { deleteOrphanAddress, mostOrphans } from '../../remedies/kube-ovn/delete-orphan-address.ts';
import { deletePortByHand } from '../../remedies/kube-ovn/delete-port-by-hand.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { waitForPortCollection } from '../../remedies/kube-ovn/wait-for-port-collection.ts';

const code = 'kube-ovn/leftover-switch-port';

/** Ports and IP objects that nobody owns keep their addresses from others (kube-ovn#4304, #4738 and #3424). */
export const leftoverSwitchPort = defineCheck({
  id: code,
  asks: 'Does every logical port and every IP object still have an owner?',
  appliesTo: whenInstalled,
  reads: [...requestReads, ...leaderReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Port or address left over',
      leadsTo: ['kube-ovn/address-accounting', 'kube-ovn/addresses-exhausted', 'workload/network-not-ready'],
    },
  },
  remedies: [waitForPortCollection, deleteOrphanAddress, leaderHandOver, deletePortByHand],
  settings: z.strictObject({ waitSeconds: z.number().int().min(0).default(60) }),
  look: despiteUnreadLogs(async (sight) => {
    const { now, platform, settings, target } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const { book, holderOf } = requests;
    const groups: readonly RequestGroup[] = groupsOf(requests, code, target);
    const asked = (object: (typeof book.objects)[number]) =>
      isAsked(target, {
        addresses: [object.spec.v4IpAddress, object.spec.v6IpAddress].map(canonicalAddress),
        subnets: [object.spec.subnet],
        pods: [{ metadata: { ...object.metadata, name: object.spec.podName, namespace: object.spec.namespace } }],
      });
    const named = new Set(groups.flatMap(({ requests: all }) => all.flatMap(({ heldBy }) => heldBy?.port ?? [])));
    const orphans = book.objects.filter(
      (object) =>
        !named.has(object.metadata.name) &&
        asked(object) &&
        // What holds up the deletion of a subnet is a question of its own.
        book.subnets.get(object.spec.subnet)?.metadata.deletionTimestamp === undefined &&
        isOrphan(object, holderOf(object.metadata.name), now),
    );
    const measured = [
      { what: 'IP objects without an owner', is: `${orphans.length}, of ${book.objects.length}` },
      ...measureRequests(requests, 'Pods refused for a port without an owner', groups.length),
    ];
    if (groups.length === 0 && orphans.length === 0) return { findings: [], measured };
    const { lock, state } = await readLeadership(sight);
    const { version } = installed(platform);
    const { containers } = await readController(sight);
    const leadsSince = state === 'held' ? lock?.acquiredAt : undefined;
    const interval = collectionInterval(containers, version);
    const collection: Collection = {
      interval,
      by: collectedBy(leadsSince, interval),
      now,
    };
    const findings: Finding<typeof code>[] = [
      ...groups.map((group) =>
        blockedBy(group, requests, collection, remediesForPort(group, requests, collection, version)),
      ),
      ...orphansOf(orphans, requests, collection, (objects) => (isDue(collection) ? [] : deletionOf(objects))),
    ];
    return { findings, measured };
  }),
});

/** Waiting comes first; then, by version, the object whose deletion takes the port along, or a leader that collects. */
function remediesForPort(
  { first }: RequestGroup,
  { book, holderOf }: Requests,
  collection: Collection,
  version: string | undefined,
): RemedyOffer[] {
  const { by, now } = collection;
  const port = first.heldBy?.port ?? '';
  if (by !== undefined && isDue(collection)) return [waitForPortCollection.with({ port, by })];
  const object = book.ports.get(port)?.object;
  const freesPort = has(version, addressChanges.objectDeletionFreesPort) === true;
  const objects = object !== undefined && freesPort && isOrphan(object, holderOf(port), now) ? [object] : [];
  return [
    ...deletionOf(objects),
    ...(objects.length === 0 && collectsAtStart(version) === true ? [leaderHandOver.with({ blockedBy: [] })] : []),
    deletePortByHand.with({ ports: [port] }),
  ];
}

function deletionOf(objects: readonly Ip[]): RemedyOffer[] {
  const names = objects.slice(0, mostOrphans).map(({ metadata }) => metadata.name);
  return names.length === 0 ? [] : [deleteOrphanAddress.with({ names })];
}
