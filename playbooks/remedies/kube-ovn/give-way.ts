import { nameOf } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import type { Suitability } from '../../reads/kube-ovn/victims.ts';
import { podsToRecreate } from '../workload/recreation.ts';
import { chooseBetweenPods } from './choose-between-pods.ts';
import { evictPod } from './evict-pod.ts';

/** A pod that runs and does its work with an address that is not its own: it goes by eviction, or a person decides. */
export function giveWay(squatter: Pod, suitable: readonly Suitability[], address: string): RemedyOffer {
  const unsuitable = suitable.find(({ pod }) => pod.metadata.uid === squatter.metadata.uid)?.unsuitable;
  const isReplica = unsuitable === undefined || /replica/.test(unsuitable);
  if (isReplica && squatter.metadata.ownerReferences[0]?.kind === 'ReplicaSet')
    return evictPod.with(podsToRecreate([squatter]));
  const { namespace = '', name } = squatter.metadata;
  return chooseBetweenPods.with({
    address,
    owners: [
      {
        namespace,
        pod: name,
        workload: nameOf(workloadOf(squatter)),
        because: unsuitable ?? 'it is not known who makes it anew',
      },
    ],
  });
}
