import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Confidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { chooseVictim, readSuitability, type Suitability, victimReads } from '../../reads/kube-ovn/victims.ts';
import {
  type Duplicate,
  duplicatesOf,
  isNodeReady,
  type LeftOut,
  sharedPodCidr,
} from '../../reads/workload/duplicates.ts';
import { evictPod } from '../../remedies/workload/evict-pod.ts';
import { findDoubleAllocation } from '../../remedies/workload/find-double-allocation.ts';
import { podsToRecreate } from '../../remedies/workload/recreation.ts';

const code = 'workload/address-conflict';

/** Finds duplicates on a network of any kind, by what running pods report alone. */
export const addressConflict = defineCheck({
  id: code,
  asks: 'Does every running pod have an address that no other has?',
  appliesTo: () => true,
  reads: [list(Pod), list(Node), ...victimReads],
  findings: { [code]: { severity: 'critical', title: 'Pods with one address' } },
  remedies: [evictPod, findDoubleAllocation],
  settings: z.strictObject({
    /** The status of a pod is written by its kubelet: right after a start it may still tell of its predecessor. */
    settleSeconds: z.number().int().min(0).default(15),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const [pods, nodes] = await Promise.all([cluster.list(Pod), cluster.list(Node)]);
    const { duplicates, judged, leftOut } = duplicatesOf(pods, nodes, sight);
    const measured = [
      { what: 'Addresses that two pods report', is: `${duplicates.length}, of ${judged} running pods` },
      { what: 'Pods that were left out', is: sayLeftOut(leftOut) },
    ];
    if (duplicates.length === 0) return { findings: [], measured };
    const suitable = await readSuitability(
      cluster,
      duplicates.flatMap((one) => one.pods),
    );
    const groups = Map.groupBy(duplicates, ({ pods: all }) => nameOf(workloadOf(youngestOf(all))));
    const settleMilliseconds = settings.settleSeconds * 1000;
    return {
      findings: [...groups.values()].flatMap((all) => describe(all, { nodes, suitable, now, settleMilliseconds })),
      measured,
    };
  },
});

function sayLeftOut({ hostNetwork, ended, leaving, nodeGone, otherNetwork }: LeftOut): string {
  return `${hostNetwork} on the host’s network, ${ended} that do not run, ${leaving} being deleted, ${nodeGone} of nodes that are gone, ${otherNetwork} of a network with a check of its own`;
}

function youngestOf([first, ...rest]: Duplicate['pods']): Pod {
  const born = (pod: Pod) => pod.metadata.creationTimestamp?.getTime() ?? 0;
  return rest.reduce((youngest, pod) => (born(pod) > born(youngest) ? pod : youngest), first);
}

type Seen = {
  readonly nodes: readonly Node[];
  readonly suitable: readonly Suitability[];
  readonly now: Date;
  readonly settleMilliseconds: number;
};

const sayPod = ({ metadata, spec }: Pod) =>
  `${metadata.namespace ?? ''}/${metadata.name} (node ${spec.nodeName ?? 'unknown'})`;

function describe(
  all: readonly Duplicate[],
  { nodes, suitable, now, settleMilliseconds }: Seen,
): Finding<typeof code>[] {
  const [first] = all;
  if (first === undefined) return [];
  const youngest = youngestOf(first.pods);
  const born = youngest.metadata.creationTimestamp;
  const age = born === undefined ? Infinity : now.getTime() - born.getTime();
  const isYoung = age < settleMilliseconds;
  const lost = first.pods.filter(({ spec }) => !isNodeReady(spec.nodeName, nodes));
  const shared = sharedPodCidr(first.pods, nodes);
  const victims = all.flatMap((one) => chooseVictim(suitable.filter(({ pod }) => one.pods.includes(pod))) ?? []);
  const told = all.slice(0, 5).map(({ address, pods }) => `${address} is reported by ${listed(pods.map(sayPod))}`);
  const since = Number.isFinite(age) ? `, for ${sayDuration(age)} at least` : '';
  const cause =
    shared === undefined
      ? ''
      : ` The cause is plain: nodes ${listed(shared.nodes)} have the same pod CIDR ${shared.cidr}.`;
  const gone =
    lost.length === 0
      ? ''
      : ` ${listed(lost.map(sayPod))} ${lost.length === 1 ? 'is' : 'are'} on a node that is not ready, so what is reported may be old.`;
  return [
    {
      code,
      ...(isYoung ? { severity: 'info' as const } : lost.length > 0 ? { severity: 'warning' as const } : {}),
      about: workloadOf(youngest),
      concerns: concernsOfPods(all.flatMap(({ pods }) => pods)),
      says: `${all.length === 1 ? 'An address has' : `${all.length} addresses have`} two running pods${since}: ${told.join('; ')}. Traffic reaches now one and now the other, or one of them never.${cause}${gone}`,
      confidence: confidenceOf(isYoung, lost.length > 0, shared !== undefined),
      evidence: [
        { from: `${nameOf(referenceTo(youngest))}, status.podIPs`, says: `Its kubelet reports ${first.address}.` },
        ...all.flatMap(({ address, pods }) =>
          pods
            .filter((pod) => pod !== youngest)
            .map((pod) => ({
              from: `${nameOf(referenceTo(pod))}, status.podIPs`,
              says: `Its kubelet reports ${address} as well.`,
            })),
        ),
        ...(shared === undefined
          ? []
          : [{ from: 'Nodes, spec.podCIDR', says: `${listed(shared.nodes)} all have ${shared.cidr}.` }]),
      ],
      remedies: [
        ...(victims.length === 0 || isYoung || lost.length > 0 ? [] : [evictPod.with(podsToRecreate(victims))]),
        findDoubleAllocation.with({
          address: first.address,
          nodes: [...new Set(first.pods.flatMap(({ spec }) => spec.nodeName ?? []))],
          ...(shared === undefined ? {} : { sharedCidr: shared.cidr }),
        }),
      ],
    },
  ];
}

function confidenceOf(isYoung: boolean, isLost: boolean, isShared: boolean): Confidence {
  if (isYoung) return [0.5, 'The younger pod is a few seconds old: look again in 15 s.'];
  if (isLost)
    return [
      0.5,
      'The kubelet of one of the nodes does not report at the moment, so the address may have been given on rightly.',
    ];
  if (isShared) return [0.97, 'Both kubelets report it, and the nodes share a pod CIDR.'];
  return [0.85, 'Both kubelets report it; the records of the network plugin itself were not asked.'];
}
