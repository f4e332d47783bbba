import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { collectsPorts } from '../../facts/kube-ovn/address-log.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { sayHolder } from '../../facts/kube-ovn/holders.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import { evidenceFrom } from './controller-logs.ts';
import { evidenceOf, type RequestGroup, sayAddress, sayWaiting } from './request-groups.ts';
import type { Requests } from './requests.ts';

const code = 'kube-ovn/leftover-switch-port';
type Leftover = Finding<typeof code>;

export type Collection = {
  readonly interval: number | 'off';
  /** When the second round since the leader's start is over; undefined when nobody leads or nothing is collected. */
  readonly by: Date | undefined;
  readonly now: Date;
};

/** Whether the controller may still collect a port by itself. */
export function isDue({ by, now }: Collection): boolean {
  return by !== undefined && by > now;
}

/** A pod that waits for an address which a port without an owner has. */
export function blockedBy(
  group: RequestGroup,
  requests: Requests,
  collection: Collection,
  remedies: readonly RemedyOffer[],
): Leftover {
  const { first, workload } = group;
  const { interval, by, now } = collection;
  const port = first.heldBy?.port ?? '';
  const holder = first.heldBy?.holder ?? { is: 'gone' as const };
  const isPending = isDue(collection);
  const object = requests.book.ports.get(port)?.object;
  const when =
    isPending && by !== undefined
      ? `The controller collects such ports by itself; this one should be gone by ${sayTime(by, now)}, in ${sayDuration(by.getTime() - now.getTime())}.`
      : `${interval === 'off' ? 'The collection of such ports is turned off (--gc-interval=0)' : 'It should have been collected long ago'}, so it will not go by itself.`;
  return {
    code,
    ...(isPending ? { severity: 'warning' as const } : {}),
    about: workload,
    concerns: concernsOfPods(group.requests.map(({ pod }) => pod)),
    says: `${sayWaiting(group, now)}: ${sayAddress(first)} is taken by ${sayHolder(holder, port)}. ${when}`,
    confidence: isPending
      ? [0.9, 'The owner of the port is gone, and the leader has not been there for two rounds of the collection yet.']
      : [0.95, 'The owner of the port is gone, and two rounds of the collection have passed or there are none.'],
    evidence: evidenceOf(group, ...objectEvidence(object, port), ...collectionEvidence(requests)),
    remedies,
  };
}

/** IP objects that block nobody yet, but keep their addresses from everybody: one finding for each subnet. */
export function orphansOf(
  orphans: readonly Ip[],
  requests: Requests,
  collection: Collection,
  remediesFor: (objects: readonly Ip[]) => readonly RemedyOffer[],
): Leftover[] {
  const groups = new Map<string, [Ip, ...Ip[]]>();
  for (const object of orphans) {
    const known = groups.get(object.spec.subnet);
    if (known === undefined) groups.set(object.spec.subnet, [object]);
    else known.push(object);
  }
  return [...groups].map(([name, all]) => {
    const subnet = requests.book.subnets.get(name);
    const count = `${all.length} IP ${all.length === 1 ? 'object' : 'objects'}`;
    const pending =
      collection.by !== undefined && isDue(collection)
        ? ` The leader has not been there for two rounds of the collection yet; look again at ${sayTime(collection.by, collection.now)}.`
        : '';
    return {
      code,
      severity: 'warning',
      about: subnet === undefined ? { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name } : referenceTo(subnet),
      concerns: { Subnet: [name] },
      says: `${count} of subnet ${name} ${all.length === 1 ? 'has' : 'have'} no owner any more, and ${all.length === 1 ? 'keeps its address' : 'keep their addresses'} from others: ${listed(all.map(sayObject), 5)}.${pending}`,
      confidence: [
        0.85,
        'Neither a pod of any phase, a virtual machine, a StatefulSet nor a node has such a name; OVN itself was not asked.',
      ],
      evidence: [objectSays(all[0]), ...all.slice(1, 4).map(objectSays), ...collectionEvidence(requests)],
      remedies: remediesFor(all),
    };
  });
}

function addressesOf({ spec }: Ip): string {
  return [spec.v4IpAddress, spec.v6IpAddress].filter((address) => address !== '').join(' and ') || 'no address';
}

function sayObject(object: Ip): string {
  return `${object.metadata.name} (${addressesOf(object)})`;
}

function objectSays(object: Ip): Evidence {
  const { metadata, spec } = object;
  const since =
    metadata.creationTimestamp === undefined ? '' : ` since ${metadata.creationTimestamp.toISOString().slice(0, 10)}`;
  return {
    from: `IP ${metadata.name}`,
    says: `It holds ${addressesOf(object)}${since} for ${spec.namespace}/${spec.podName}, which does not exist.`,
  };
}

function objectEvidence(object: Ip | undefined, port: string): Evidence[] {
  return [
    object === undefined
      ? { from: `IP ${port}`, says: 'There is no IP object of that name; only the port in OVN is left.' }
      : objectSays(object),
  ];
}

/** The last rounds of the collection that the log tells of. */
function collectionEvidence({ logs }: Requests): Evidence[] {
  return evidenceFrom(
    logs,
    (log) => log.lines.filter(({ text }) => collectsPorts.test(text)),
    (count, { pod }) => `${pod} tells ${count} times of the collection of ports.`,
  ).slice(0, 1);
}
