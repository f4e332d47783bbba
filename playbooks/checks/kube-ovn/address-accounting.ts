import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { type Count, countsOf, type Holding, indexHolding, isOff } from '../../facts/kube-ovn/address-counts.ts';
import { tellsInconsistency } from '../../facts/kube-ovn/address-log.ts';
import { isOnSubnet } from '../../facts/kube-ovn/pods.ts';
import { controller, installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { canonicalAddress, canonicalAddresses, isInRange } from '../../facts/network/address.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Ip, IptablesEip, OvnEip, Vip } from '../../kinds/kube-ovn-addresses.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import {
  controllerLogReads,
  evidenceFrom,
  type PodLog,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';

const code = 'kube-ovn/address-accounting';

/** An early sign that addresses leak or are given out twice (kube-ovn#4922, #3458, #4086 and #3190). */
export const addressAccounting = defineCheck({
  id: code,
  asks: 'Does every subnet count as many addresses in use as its objects hold?',
  appliesTo: whenInstalled,
  reads: [
    ...subnetReads,
    ...controllerLogReads,
    list(Ip),
    list(Pod),
    list(Node),
    list(Vip),
    list(OvnEip),
    list(IptablesEip),
  ],
  // The counters only tell: what the controller gives out it takes from its memory.
  findings: { [code]: { severity: 'warning', title: 'Address counters wrong' } },
  remedies: [leaderHandOver],
  settings: z.strictObject({
    /** Counters follow the objects within seconds; a subnet in which something came or went since is not judged. */
    quietSeconds: z.number().int().min(0).default(300),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, platform, settings } = sight;
    const subnets = (await readSubnets(sight)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const [objects, pods, nodes, vips, ovnEips, iptablesEips] = await Promise.all([
      cluster.list(Ip),
      cluster.list(Pod),
      cluster.list(Node),
      cluster.list(Vip),
      cluster.list(OvnEip),
      cluster.list(IptablesEip),
    ]);
    const holding = { objects, vips, ovnEips, iptablesEips };
    const index = indexHolding(holding, { pods, nodes, now });
    const off = subnets
      .map((subnet) => ({ subnet, counts: countsOf(subnet, index).filter(isOff) }))
      .filter(({ counts }) => counts.length > 0);
    if (off.length > 0 && !objects.some(isOfNode)) {
      refuseWithoutObjects(
        off.map(({ subnet }) => subnet.metadata.name),
        objects.length,
      );
    }
    const busy = off.filter(({ subnet }) => isBusy(subnet, holding, pods, now, settings.quietSeconds * 1000));
    const wrong = off.filter((one) => !busy.includes(one));
    const measured = [
      { what: 'Subnets whose counters fit', is: `${subnets.length - off.length} of ${subnets.length}` },
      ...busy.map(({ subnet, counts }) => ({
        what: `Subnet ${subnet.metadata.name}, counters`,
        is: `${sayCounts(counts)}; addresses came or went in the last ${sayDuration(settings.quietSeconds * 1000)}, so that says nothing yet`,
      })),
      ...wrong.map(({ subnet, counts }) => ({
        what: `Subnet ${subnet.metadata.name}, counters`,
        is: sayCounts(counts),
      })),
    ];
    if (wrong.length === 0) return { findings: [], measured };
    const { namespace } = installed(platform);
    const logs = await readControllerLogs(cluster, await cluster.list(Pod, { namespace, labels: controller.labels }));
    return {
      findings: wrong.map(({ subnet, counts }) => miscounted(subnet, counts, excludedInUse(subnet, objects), logs)),
      measured,
    };
  }),
});

function isOfNode({ metadata }: Ip): boolean {
  return metadata.name.startsWith('node-');
}

/** Every node that kube-ovn serves has an IP object, and so has every pod: where no node has, not all are seen. */
function refuseWithoutObjects(subnets: readonly string[], seen: number): never {
  throw new CannotRead(
    `compare the counters of ${listed(subnets, 5)}`,
    'missing',
    `there is ${seen === 0 ? 'not one IP object' : `no IP object of a node among the ${seen}`}, though kube-ovn makes one for each node and pod; see what \`kubectl get ips.kubeovn.io\` lists`,
  );
}

function isBusy(
  subnet: Subnet,
  { objects }: Holding,
  pods: readonly Pod[],
  now: Date,
  quietMilliseconds: number,
): boolean {
  const { name } = subnet.metadata;
  const moves = ({ metadata }: Pick<Pod, 'metadata'>) =>
    metadata.deletionTimestamp !== undefined ||
    (metadata.creationTimestamp !== undefined &&
      now.getTime() - metadata.creationTimestamp.getTime() < quietMilliseconds);
  return (
    objects.some((object) => object.spec.subnet === name && moves(object)) ||
    pods.some((pod) => isOnSubnet(pod, name) && moves(pod))
  );
}

function sayCounts(counts: readonly Count[]): string {
  return listed(
    counts.map(({ family, using, objects, listed: ranges }) =>
      using === objects
        ? `${family}: ${using} in use, but ${ranges ?? 0} listed as in use`
        : `${family}: ${using} in use, but ${objects} held by objects`,
    ),
  );
}

/** Addresses in use that the subnet leaves out: somebody changed the list under them (#3574, #5522). */
function excludedInUse({ metadata, spec }: Subnet, objects: readonly Ip[]): string[] {
  const gateways = canonicalAddresses(spec.gateway);
  const ranges = (spec.excludeIps ?? []).filter((range) => !gateways.includes(canonicalAddress(range)));
  if (ranges.length === 0) return [];
  return objects
    .filter((object) => object.spec.subnet === metadata.name)
    .flatMap((object) => [object.spec.v4IpAddress, object.spec.v6IpAddress].flatMap(canonicalAddresses))
    .filter((address) => ranges.some((range) => isInRange(range, address)));
}

function miscounted(
  subnet: Subnet,
  counts: readonly Count[],
  excluded: readonly string[],
  logs: readonly PodLog[],
): Finding<typeof code> {
  const { name } = subnet.metadata;
  const own = evidenceFrom(
    logs,
    (log) => log.lines.filter(({ text }) => tellsInconsistency(text, name)),
    (count, { pod, previous }) =>
      `${tellLines(count, pod, previous)} that the controller itself sees counters that do not fit.`,
  );
  const more = counts.some(({ using, objects }) => using > objects);
  const risk = more
    ? 'Addresses that nobody holds count as used, and the subnet looks fuller than it is.'
    : 'Addresses that somebody holds may count as free, and may be given out a second time.';
  const cause =
    excluded.length === 0
      ? ''
      : ` ${listed(excluded, 5)} ${excluded.length === 1 ? 'is' : 'are'} in use and in excludeIps as well: the list was changed while they were in use, which old versions count wrongly (#3574, #5522).`;
  return {
    code,
    about: referenceTo(subnet),
    says: `Subnet ${name} counts wrongly. ${sayCounts(counts)}. ${risk}${cause}`,
    confidence:
      own.length > 0
        ? [0.9, 'The controller says so in its log as well.']
        : [0.7, 'Nothing came or went lately; but how long the counters have not fitted cannot be seen in one look.'],
    evidence: [
      {
        from: `${nameOf(referenceTo(subnet))}, status`,
        says: `${sayCounts(counts)}; IP objects, virtual and external addresses were counted.`,
      },
      ...own,
    ],
    // A new leader builds its memory, and with it the counters, from the objects.
    remedies: [leaderHandOver.with({ blockedBy: [] })],
  };
}
