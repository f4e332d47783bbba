import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { isAlive, isOnSubnet, logicalPortOf } from '../../facts/kube-ovn/pods.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Ip } from '../../kinds/kube-ovn-addresses.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachine } from '../../kinds/kubevirt.ts';
import { deleteOrphanAddress, mostOrphans } from '../../remedies/kube-ovn/delete-orphan-address.ts';
import { dropAddressFinalizer } from '../../remedies/kube-ovn/drop-address-finalizer.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { releaseTerminating } from '../../remedies/kube-ovn/release-terminating.ts';

const code = 'kube-ovn/stuck-terminating';

const finalizers = ['kube-ovn-controller', 'kubeovn.io/kube-ovn-controller'];
const reservedLabel = 'ovn.kubernetes.io/ip_reserved';

type Seen = {
  readonly name: string;
  /** Undefined when the subnet is gone and only IPs of it are left. */
  readonly subnet: Subnet | undefined;
  readonly stuck: readonly Ip[];
  readonly left: readonly Ip[];
  readonly alive: ReadonlySet<string>;
  readonly users: readonly Pod[];
  readonly version: string | undefined;
  readonly now: Date;
};

/** A finalizer stays where the controller never gets to clean up (kube-ovn#4243, #4898, #6092 and #6275). */
export const stuckTerminating = defineCheck({
  id: code,
  asks: 'Are all subnets and addresses gone that somebody deleted?',
  appliesTo: whenInstalled,
  reads: [list(Subnet), list(Ip), list(Pod), list(VirtualMachine)],
  findings: { [code]: { severity: 'warning', title: 'Subnet or address stuck in deletion' } },
  remedies: [deleteOrphanAddress, leaderHandOver, dropAddressFinalizer, releaseTerminating],
  settings: z.strictObject({
    /** A controller that is well needs seconds; after this long it will not come to an end by itself. */
    stuckSeconds: z.number().int().min(60).default(600),
  }),
  async look({ cluster, platform, target, now, settings }) {
    const { version } = installed(platform);
    const isStuck = ({ metadata }: Subnet | Ip) =>
      metadata.deletionTimestamp !== undefined &&
      now.getTime() - metadata.deletionTimestamp.getTime() > settings.stuckSeconds * 1000 &&
      metadata.finalizers.some((one) => finalizers.includes(one));
    const isAsked = (name: string) => target.subnet === undefined || name === target.subnet;
    const subnets = await cluster.list(Subnet);
    const ips = await cluster.list(Ip);
    const stuckSubnets = subnets.filter((one) => isStuck(one) && isAsked(one.metadata.name));
    const stuckIps = ips.filter((one) => isStuck(one) && isAsked(one.spec.subnet));
    const measured = [
      { what: 'Subnets stuck in deletion', is: `${stuckSubnets.length} of ${subnets.length}` },
      { what: 'Addresses stuck in deletion', is: `${stuckIps.length} of ${ips.length}` },
    ];
    if (stuckSubnets.length === 0 && stuckIps.length === 0) return { findings: [], measured };
    const pods = await cluster.list(Pod);
    const machines = await cluster.list(VirtualMachine);
    const alive = new Set([
      ...pods.filter((pod) => isAlive(pod, now)).map(logicalPortOf),
      ...machines.map(({ metadata }) => `${metadata.name}.${metadata.namespace ?? ''}`),
    ]);
    const names = new Set([
      ...stuckSubnets.map(({ metadata }) => metadata.name),
      ...stuckIps.map(({ spec }) => spec.subnet),
    ]);
    const findings = [...names].sort().flatMap((name) => {
      const stuck = stuckIps.filter(({ spec }) => spec.subnet === name);
      const left = ips.filter((ip) => ip.spec.subnet === name && !stuck.includes(ip));
      const users = pods.filter((pod) => isOnSubnet(pod, name) && isAlive(pod, now));
      return describe({
        name,
        subnet: subnets.find(({ metadata }) => metadata.name === name),
        stuck,
        left,
        alive,
        users,
        version,
        now,
      });
    });
    return { findings, measured };
  },
});

/** A stopped machine keeps its address, a node lives in the join subnet, and what a person reserved is nobody's to free. */
function hasOwner({ metadata, spec }: Ip, alive: ReadonlySet<string>): boolean {
  const { name, labels } = metadata;
  if (name.startsWith('node-') || labels[reservedLabel] === 'true') return true;
  if (/^(u2o-interconnection|mcast-querier)\./.test(name)) return true;
  return alive.has(name) || alive.has(`${spec.podName}.${spec.namespace}`);
}

function namesOf(ips: readonly Ip[]): string[] {
  return ips.map(({ metadata }) => metadata.name);
}

function sayPod({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** A machine that is stopped has no pod, but its IP names it. */
function sayOwner({ metadata, spec }: Ip): string {
  return spec.podName === '' ? metadata.name : `${spec.namespace}/${spec.podName}`;
}

function describe(seen: Seen): Finding<typeof code>[] {
  const { name, subnet, stuck, left, alive, users, version } = seen;
  const isOwned = (ip: Ip) => hasOwner(ip, alive);
  const living = stuck.filter(isOwned);
  const gone = stuck.filter((ip) => !isOwned(ip));
  const isDeleted = subnet?.metadata.deletionTimestamp !== undefined;
  const ownerless = isDeleted || subnet === undefined ? left.filter((ip) => !isOwned(ip)) : [];
  const about = subnet ?? stuck[0];
  const [first, ...rest] = evidenceOf(seen, ownerless);
  if (about === undefined || first === undefined) return [];
  const named = (list: readonly Ip[]) =>
    list.map(({ metadata, spec }) => ({
      name: metadata.name,
      address: spec.v4IpAddress || spec.v6IpAddress || 'an address',
    }));
  const usedBy = isDeleted
    ? [...new Set([...users.map(sayPod), ...[...stuck, ...left].filter(isOwned).map(sayOwner)])]
    : [];
  const release = releaseTerminating.with({
    subnet: name,
    subnetExists: subnet !== undefined,
    usedBy,
    ownerless: named(ownerless),
    stuck: subnet === undefined ? named(gone) : [],
  });
  const common = { code, about: referenceTo(about), evidence: [first, ...rest] } as const;
  if (living.length > 0 && !isDeleted) {
    return [
      {
        ...common,
        severity: 'critical',
        says: `${living.length} ${living.length === 1 ? 'address' : 'addresses'} of subnet ${name} ${living.length === 1 ? 'is' : 'are'} being deleted whose owner still lives: ${listed(
          namesOf(living),
          5,
        )}. When the deletion goes through, the address is given to another pod: recreate the owner first, so that it gets a new one.`,
        confidence: [0.9, 'The IP is being deleted, and a pod, a machine or a node of its name lives.'],
        remedies: [],
      },
    ];
  }
  if (usedBy.length > 0) {
    return [
      {
        ...common,
        severity: 'info',
        says: `Subnet ${name} is being deleted, and rightly waits: ${usedBy.length === 1 ? `${usedBy[0] ?? ''} still uses` : `${usedBy.length} owners still use`} it.`,
        confidence: [0.95, 'kube-ovn keeps a subnet as long as an address of it is in use.'],
        remedies: [release],
      },
    ];
  }
  if (subnet === undefined) {
    const drops = has(version, changes.finalizersDroppedWithSubnet);
    const why =
      drops === false
        ? ` In ${sayVersion(version)}, ${unlessBackported(changes.finalizersDroppedWithSubnet)}, such addresses stay for ever.`
        : drops === true
          ? ` ${sayVersion(version)} should let go of such addresses by itself.`
          : ' Versions before v1.14.31, v1.15.3 and v1.16.0 keep such addresses for ever.';
    return [
      {
        ...common,
        says: `${gone.length} ${gone.length === 1 ? 'address' : 'addresses'} of subnet ${name} cannot be deleted, because the subnet itself is gone.${why} Running pods do not notice.`,
        confidence: [0.9, 'The IPs carry the finalizer of kube-ovn, and there is no subnet of that name.'],
        remedies: [
          ...(gone.length === 0 || drops === true
            ? []
            : [dropAddressFinalizer.with({ names: namesOf(gone).slice(0, mostOrphans) })]),
          release,
        ],
      },
    ];
  }
  return [
    {
      ...common,
      says: isDeleted
        ? `Subnet ${name} cannot be deleted, though no pod uses it: ${ownerless.length === 0 ? 'no address of it is left, so the controller counts wrongly' : `${ownerless.length} ${ownerless.length === 1 ? 'address' : 'addresses'} without an owner ${ownerless.length === 1 ? 'is' : 'are'} left in it`}.`
        : `${gone.length} ${gone.length === 1 ? 'address' : 'addresses'} of subnet ${name} cannot be deleted, though nobody owns ${gone.length === 1 ? 'it' : 'them'} any more.`,
      confidence: [
        0.85,
        'The deletion has been waiting for so long that the controller will not come to an end by itself.',
      ],
      remedies: [
        ownerless.length > 0
          ? deleteOrphanAddress.with({ names: namesOf(ownerless).slice(0, mostOrphans) })
          : leaderHandOver.with({ blockedBy: [] }),
        release,
      ],
    },
  ];
}

function evidenceOf({ subnet, stuck, users, now }: Seen, ownerless: readonly Ip[]): Evidence[] {
  const told = [...(subnet?.metadata.deletionTimestamp === undefined ? [] : [subnet]), ...stuck.slice(0, 5)];
  return [
    ...told.map((object): Evidence => {
      const { name, deletionTimestamp, finalizers: own } = object.metadata;
      const since =
        deletionTimestamp === undefined
          ? ''
          : ` since ${sayTime(deletionTimestamp, now)} (${sayDuration(now.getTime() - deletionTimestamp.getTime())})`;
      return {
        from: `${object.kind} ${name}, metadata.deletionTimestamp`,
        says: `It is being deleted${since}, and ${listed(own)} holds it.`,
      };
    }),
    ...(stuck.length > 5 ? [{ from: 'IPs', says: `${stuck.length - 5} more are being deleted.` }] : []),
    ...(ownerless.length === 0
      ? []
      : [
          {
            from: 'IPs of the subnet',
            says: `Without an owner that lives: ${listed(namesOf(ownerless), 5)}.`,
          },
        ]),
    ...(users.length === 0
      ? []
      : [
          {
            from: 'Pods of the subnet',
            says: `${users.length} live: ${listed(users.map(sayPod), 5)}.`,
          },
        ]),
  ];
}
