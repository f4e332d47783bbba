import { sayDuration } from '../../../src/core/duration.ts';
import type { Evidence, Measurement } from '../../../src/core/finding.ts';
import { nameOf, type ObjectReference } from '../../../src/core/reference.ts';
import type { Target } from '../../../src/core/target.ts';
import { isAsked } from './addresses.ts';
import { causeOf, type RequestCause } from './request-causes.ts';
import type { Request, Requests } from './requests.ts';

/** Pods of one workload that wait for one and the same reason. A finding is about the workload: its pods come and go. */
export type RequestGroup = {
  readonly workload: ObjectReference;
  readonly first: Request;
  readonly requests: readonly [Request, ...Request[]];
};

/** The requests that a check tells of, by the workload that they belong to. */
export function groupsOf(requests: Requests, cause: RequestCause, target: Target): RequestGroup[] {
  const groups = new Map<string, [Request, ...Request[]]>();
  for (const request of requests.refused) {
    if (causeOf(request, requests.book) !== cause) continue;
    const { address, subnet, pod } = request;
    if (!isAsked(target, { addresses: address === undefined ? [] : [address], subnets: [subnet], pods: [pod] }))
      continue;
    const key = nameOf(request.workload);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [request]);
    else known.push(request);
  }
  return [...groups.values()].map((all) => ({ workload: all[0].workload, first: all[0], requests: all }));
}

/** `Pod shop/cart-7d has waited for an address for 12 min`, with the number of its fellows. */
export function sayWaiting({ first, requests }: RequestGroup, now: Date): string {
  const { pod } = first;
  const { creationTimestamp } = pod.metadata;
  const age = creationTimestamp === undefined ? '' : ` for ${sayDuration(now.getTime() - creationTimestamp.getTime())}`;
  const name = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  const more = requests.length - 1;
  const others = more === 0 ? '' : `, and ${more} more of ${nameOf(first.workload)} with it`;
  return `Pod ${name} has waited for an address${age}${others}`;
}

/** `10.16.0.9 of subnet web`, as far as it is known. */
export function sayAddress({ address, subnet }: Request): string {
  const where = subnet === '' ? '' : ` of subnet ${subnet}`;
  return address === undefined ? `the address that it asks for${where}` : `${address}${where}`;
}

export function evidenceOf({ requests }: RequestGroup, ...more: readonly Evidence[]): [Evidence, ...Evidence[]] {
  const [first, ...rest] = requests;
  return [...first.evidence, ...more, ...rest.slice(0, 2).map(({ evidence: [own] }) => own)];
}

/** Explains a clear verdict: how many pods wait at all, and how many of them for a reason that is known. */
export function measureRequests({ waiting, refused }: Requests, what: string, count: number): Measurement[] {
  return [
    { what: 'Pods that wait to start', is: `${waiting.length}; ${refused.length} of them were refused an address` },
    { what, is: String(count) },
  ];
}

/** Pods whose replacement would ask for another address. Those of a machine or a StatefulSet ask for the same again. */
export function replaceable({ requests }: RequestGroup): Request[] {
  return requests.filter(({ pod, wants }) => {
    const owner = pod.metadata.ownerReferences[0]?.kind;
    return wants === 'any' && owner !== 'VirtualMachineInstance' && owner !== 'StatefulSet';
  });
}
