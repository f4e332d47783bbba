import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import { type Drift, nodeDrifts, podDrifts } from '../../facts/kube-ovn/drift.ts';
import { installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { Node, type Pod } from '../../kinds/kubernetes.ts';
import { addressReads, isAsked, readAddressBook } from '../../reads/kube-ovn/addresses.ts';
import { readSuitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import { chooseBetweenPods } from '../../remedies/kube-ovn/choose-between-pods.ts';
import { correctNodeAddress } from '../../remedies/kube-ovn/correct-node-address.ts';
import { evictPod } from '../../remedies/kube-ovn/evict-pod.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'kube-ovn/address-drift';

/** These places may differ after an outage of the controller: for pods kube-ovn#4011, for nodes #5172 and #3222. */
export const addressDrift = defineCheck({
  id: code,
  asks: 'Do all places that name the address of a pod or a node name the same one?',
  appliesTo: whenInstalled,
  reads: [...addressReads, list(Node), ...victimReads],
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Addresses that do not agree',
      leadsTo: ['kube-ovn/address-conflict', 'kube-ovn/special-address-conflict'],
    },
  },
  remedies: [evictPod, chooseBetweenPods, correctNodeAddress],
  settings: z.strictObject({
    /** The kubelet and the controller write one after the other when a pod starts. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  async look(sight) {
    const { cluster, now, platform, settings, target } = sight;
    const book = await readAddressBook(sight);
    const nodes = await cluster.list(Node);
    const { version } = installed(platform);
    const pods = podDrifts(book.ports.values(), now, settings.settleSeconds * 1000).filter(({ pod, drift }) =>
      isAsked(target, { addresses: drift.addresses, subnets: [drift.subnet], pods: [pod] }),
    );
    const drifted = nodeDrifts(nodes, book.ports).filter(({ drift }) =>
      isAsked(target, { addresses: drift.addresses, subnets: [drift.subnet], pods: [] }),
    );
    const measured = [
      { what: 'Pods whose addresses do not agree', is: `${pods.length}, of ${book.ports.size} ports` },
      { what: 'Nodes whose addresses do not agree', is: `${drifted.length} of ${nodes.length}` },
    ];
    const suitable =
      pods.length === 0
        ? []
        : await readSuitability(
            cluster,
            pods.map(({ pod }) => pod),
          );
    const groups = Map.groupBy(pods, ({ pod }) => nameOf(workloadOf(pod)));
    return {
      findings: [
        ...[...groups.values()].flatMap((all) =>
          ofPods(all, new Map(suitable.map((one) => [one.pod.metadata.uid, one.unsuitable])), version, now),
        ),
        ...drifted.map(({ node, drift }) => ofNode(node, drift, version)),
      ],
      measured,
    };
  },
});

type Drifted = { readonly pod: Pod; readonly drift: Drift };

function ofPods(
  all: readonly Drifted[],
  unsuitable: ReadonlyMap<string, string | undefined>,
  version: string | undefined,
  now: Date,
): Finding<typeof code>[] {
  const [first] = all;
  if (first === undefined) return [];
  const { pod, drift } = first;
  const workload = workloadOf(pod);
  const others = all.length === 1 ? '' : `, and ${all.length - 1} more of ${nameOf(workload)} with it`;
  const follows = has(version, addressChanges.portAddressesFollow);
  const hint =
    follows === true
      ? ''
      : ` Before v1.12.15 the logical port may keep an old address after an outage of the controller (#4011), ${unlessBackported(addressChanges.portAddressesFollow)}.`;
  const age =
    pod.metadata.creationTimestamp === undefined
      ? ''
      : `, ${sayDuration(now.getTime() - pod.metadata.creationTimestamp.getTime())} after it was made`;
  const free = all.filter((one) => unsuitable.get(one.pod.metadata.uid) === undefined);
  const { namespace = '', name } = pod.metadata;
  return [
    {
      code,
      about: workload,
      says: `The addresses of pod ${namespace}/${name} do not agree${others}${age}: ${drift.says} What its network card really has may be yet another.${hint}`,
      confidence: [0.85, 'The objects themselves differ; what OVN and the network card have was not asked.'],
      evidence: [
        { from: nameOf(referenceTo(pod)), says: drift.says },
        ...all.slice(1, 4).map((one) => ({ from: nameOf(referenceTo(one.pod)), says: one.drift.says })),
      ],
      remedies:
        free.length > 0
          ? [evictPod.with(podsToRecreate(free.map((one) => one.pod)))]
          : [
              chooseBetweenPods.with({
                address: drift.addresses[0] ?? '',
                owners: [
                  {
                    namespace,
                    pod: name,
                    workload: nameOf(workload),
                    because: unsuitable.get(pod.metadata.uid) ?? 'its owner is not known',
                  },
                ],
              }),
            ],
    },
  ];
}

function ofNode(node: Node, drift: Drift, version: string | undefined): Finding<typeof code> {
  const mended = has(version, addressChanges.nodePortsCorrected);
  const hint =
    mended === true
      ? ''
      : ` Before v1.13.11 and v1.14.0 the port of a node may keep an old MAC address (#5172), ${unlessBackported(addressChanges.nodePortsCorrected)}.`;
  return {
    code,
    about: referenceTo(node),
    says: `The addresses of node ${node.metadata.name} in the pod network do not agree: ${drift.says}${hint}`,
    confidence: [0.8, 'The annotations of the node and its IP object differ; which of them OVN has was not asked.'],
    evidence: [{ from: nameOf(referenceTo(node)), says: drift.says }],
    remedies: [correctNodeAddress.with({ node: node.metadata.name })],
  };
}
