import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { freeOf } from '../../facts/kube-ovn/address-counts.ts';
import { concernsOf } from '../../facts/kube-ovn/concerns.ts';
import { isOrphan } from '../../facts/kube-ovn/orphans.ts';
import { poolOf } from '../../facts/kube-ovn/pod-networks.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { type Ip, IpPool } from '../../kinds/kube-ovn-addresses.ts';
import { causeOf } from '../../reads/kube-ovn/request-causes.ts';
import { type Request, readRequests, requestReads } from '../../reads/kube-ovn/requests.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { addAddresses } from '../../remedies/kube-ovn/add-addresses.ts';
import { deleteOrphanAddress, mostOrphans } from '../../remedies/kube-ovn/delete-orphan-address.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';

const code = 'kube-ovn/addresses-exhausted';

type Full = {
  readonly subnet: Subnet;
  /** Pods that were told that there is no address. */
  readonly refused: readonly Request[];
  readonly orphans: readonly Ip[];
  readonly objects: number;
};

/** A subnet has no free addresses left, or nearly none, and then gives released ones out again at once. */
export const addressesExhausted = defineCheck({
  id: code,
  asks: 'Has every subnet, and every pool in it, free addresses?',
  appliesTo: whenInstalled,
  reads: [...requestReads, list(IpPool)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'No free addresses left',
      leadsTo: ['kube-ovn/address-conflict', 'workload/network-not-ready'],
    },
  },
  remedies: [deleteOrphanAddress, leaderHandOver, addAddresses],
  settings: z.strictObject({
    waitSeconds: z.number().int().min(0).default(60),
    /** Below this share released addresses are soon given out again at once, and a burst of pods finds none. */
    scarcePercent: z.number().min(0).max(100).default(5),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, settings, target } = sight;
    const requests = await readRequests(sight, settings.waitSeconds);
    const pools = await cluster.list(IpPool);
    const { book, holderOf } = requests;
    const refused = requests.refused.filter((request) => causeOf(request, book) === code);
    const subnets = [...book.subnets.values()].filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined && (target.subnet === undefined || target.subnet === metadata.name),
    );
    const full = subnets.flatMap((subnet): Full[] => {
      const { name } = subnet.metadata;
      const own = refused.filter((request) => request.subnet === name && poolOf(request.pod) === undefined);
      const isScarce =
        isCounted(subnet) &&
        freeOf(subnet).some(({ free, share }) => free <= 0 || share * 100 < settings.scarcePercent);
      if (!isScarce && own.length === 0) return [];
      const objects = book.objects.filter(({ spec }) => spec.subnet === name);
      const orphans = objects.filter((object) => isOrphan(object, holderOf(object.metadata.name), now));
      return [{ subnet, refused: own, orphans, objects: objects.length }];
    });
    const emptyPools = pools.filter(
      (pool) =>
        (target.subnet === undefined || target.subnet === pool.spec.subnet) &&
        (isEmpty(pool.status) || refusedOf(pool, refused).length > 0),
    );
    return {
      findings: [
        ...full.map(describeSubnet),
        ...emptyPools.map((pool) => describePool(pool, refusedOf(pool, refused))),
      ],
      measured: [
        { what: 'Subnets with enough free addresses', is: `${subnets.length - full.length} of ${subnets.length}` },
        { what: 'Pools with free addresses', is: `${pools.length - emptyPools.length} of ${pools.length}` },
        ...full
          .slice(0, 10)
          .map(({ subnet }) => ({ what: `Subnet ${subnet.metadata.name}, free`, is: sayFree(subnet) })),
        { what: 'Pods that were told that there is no address', is: String(refused.length) },
      ],
    };
  }),
});

/**
 * The controller has not counted a subnet that it refuses, or that it has not come to yet: its zeros are where counters
 * start.
 */
function isCounted({ status }: Subnet): boolean {
  const conditions = (status.conditions ?? []).filter(({ type }) => type === 'Validated' || type === 'Ready');
  const isRefused = conditions.some(({ type, status: is }) => type === 'Validated' && is === 'False');
  const isReached = conditions.some(({ status: is }) => is === 'True');
  return (isReached && !isRefused) || (status.v4usingIPs ?? 0) > 0 || (status.v6usingIPs ?? 0) > 0;
}

function isEmpty({
  v4AvailableIPs: v4,
  v4UsingIPs: v4Using,
  v6AvailableIPs: v6,
  v6UsingIPs: v6Using,
}: IpPool['status']): boolean {
  const none = (free: number | null | undefined, using: number | null | undefined) =>
    (free ?? undefined) === 0 && (using ?? 0) > 0;
  return none(v4, v4Using) || none(v6, v6Using);
}

function sayFree(subnet: Subnet): string {
  return (
    listed(
      freeOf(subnet).map(
        ({ family, free, share }) => `${free} ${family} (${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %)`,
      ),
    ) || 'not counted yet'
  );
}

function waitingEvidence(refused: readonly Request[]): Evidence[] {
  return refused.slice(0, 3).map(({ evidence: [first] }) => first);
}

function describeSubnet({ subnet, refused, orphans, objects }: Full): Finding<typeof code> {
  const { name } = subnet.metadata;
  const free = freeOf(subnet);
  const none = free.some((one) => one.free <= 0);
  const hasRoom = refused.length > 0 && !none && free.length > 0;
  const waits =
    refused.length === 0
      ? 'No pod waits for one yet.'
      : `${refused.length} ${refused.length === 1 ? 'pod waits' : 'pods wait'} for one: ${listed(
          refused.map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`),
          5,
        )}.`;
  const leaked =
    orphans.length === 0
      ? ''
      : ` ${orphans.length} IP ${orphans.length === 1 ? 'object has' : 'objects have'} no owner any more, and could be freed.`;
  const using = subnet.status.v4usingIPs ?? 0;
  const off = using > objects ? ` It counts ${using} in use, but only ${objects} IP objects hold one.` : '';
  const state = hasRoom
    ? `The controller gives no address of subnet ${name} out, though its status says that ${sayFree(subnet)} are free: what it has in memory differs.`
    : `Subnet ${name} (${subnet.spec.cidrBlock}) has ${none ? 'no free addresses left' : 'hardly any free addresses left'}: ${sayFree(subnet)}.`;
  return {
    code,
    ...(refused.length === 0 ? { severity: 'warning' as const } : {}),
    about: referenceTo(subnet),
    concerns: concernsOf(
      subnet,
      refused.map(({ pod }) => pod),
    ),
    says: `${state} ${waits}${leaked}${off}`,
    confidence:
      refused.length > 0
        ? [
            hasRoom ? 0.75 : 0.95,
            hasRoom
              ? 'Pods are refused, but the counters say that there is room.'
              : 'The counters say so, and pods are refused.',
          ]
        : [0.85, 'The counters say so; but counters of a subnet can be wrong, and nobody is refused yet.'],
    evidence: [
      {
        from: `${nameOf(referenceTo(subnet))}, status`,
        says: `Free: ${sayFree(subnet)}; IPv4 in use: ${using}; IP objects: ${objects}.`,
      },
      ...waitingEvidence(refused),
    ],
    remedies: remediesFor(name, orphans, hasRoom || using > objects),
  };
}

/** What nobody owns first; then a fresh memory, where the counters do not fit; room is for people to make. */
function remediesFor(subnet: string, orphans: readonly Ip[], isOff: boolean): RemedyOffer[] {
  const names = orphans.slice(0, mostOrphans).map(({ metadata }) => metadata.name);
  return [
    ...(names.length === 0 ? [] : [deleteOrphanAddress.with({ names })]),
    ...(isOff ? [leaderHandOver.with({ blockedBy: [] })] : []),
    addAddresses.with({ subnet, what: `subnet ${subnet}` }),
  ];
}

/** A pool that is empty leaves its pods without addresses, however much room its subnet has. */
function describePool(pool: IpPool, refused: readonly Request[]): Finding<typeof code> {
  const { name } = pool.metadata;
  const { v4AvailableIPs, v6AvailableIPs } = pool.status;
  const state = isEmpty(pool.status)
    ? `has no free addresses left: all ${pool.status.v4UsingIPs ?? pool.status.v6UsingIPs ?? 0} are in use`
    : `gives no address out, though its status says that ${v4AvailableIPs ?? v6AvailableIPs ?? 0} are free: what the controller has in memory differs`;
  return {
    code,
    severity: refused.length === 0 ? 'warning' : 'critical',
    about: referenceTo(pool),
    says: `Pool ${name} of subnet ${pool.spec.subnet} ${state}. ${refused.length === 0 ? 'No pod waits for one yet.' : `${refused.length} ${refused.length === 1 ? 'pod waits' : 'pods wait'} for one.`}`,
    confidence: confidenceOfPool(isEmpty(pool.status), refused.length > 0),
    evidence: [
      {
        from: `${nameOf(referenceTo(pool))}, status`,
        says: `IPv4 available: ${v4AvailableIPs ?? 'not counted'}; IPv6 available: ${v6AvailableIPs ?? 'not counted'}.`,
      },
      ...waitingEvidence(refused),
    ],
    remedies: [
      ...(isEmpty(pool.status) ? [] : [leaderHandOver.with({ blockedBy: [] })]),
      addAddresses.with({ subnet: pool.spec.subnet, what: `pool ${name}` }),
    ],
  };
}

function confidenceOfPool(empty: boolean, isRefused: boolean): Confidence {
  if (!empty)
    return [0.75, 'Pods are refused, but the counters say that there is room; some versions count wrongly (#5668).'];
  return isRefused
    ? [0.95, 'The counters of the pool say so, and pods are refused.']
    : [0.8, 'The counters of the pool say so; older versions count pools wrongly (#5668).'];
}

/** Pods that take their addresses from this pool, by its name, and were told that there is none. */
function refusedOf({ metadata }: IpPool, refused: readonly Request[]): Request[] {
  return refused.filter(({ pod }) => (poolOf(pod) ?? '').split(',').includes(metadata.name));
}
