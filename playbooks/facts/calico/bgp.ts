import type { Node } from '../../kinds/kubernetes.ts';
import { familyOf } from '../network/cidr.ts';
import { annotations } from './product.ts';

/** What the readiness probe of a node agent says of BIRD. */
export type BirdReport = { readonly is: 'not-running' } | { readonly is: 'missing-peers'; readonly peers: string[] };

/**
 * The probe's text as the kubelet reports it. Old agents glue the next log line to the last address:
 * `BGP not established with 10.3.67.92,10.3.67.932019-10-02 14:51:02.472 [INFO]…`.
 */
export function birdReportOf(message: string): BirdReport | undefined {
  const list = /BGP not established with ([0-9a-fA-F.:,]+?)(?:20\d\d-\d\d-\d\d|[^0-9a-fA-F.:,]|$)/.exec(message)?.[1];
  const peers = (list ?? '').split(',').filter((address) => familyOf(address) !== undefined);
  if (peers.length > 0) return { is: 'missing-peers', peers };
  if (/BIRD6? is not ready: .*(?:unable to connect to BIRD|Error querying BIRD|bird6?\.ctl)/.test(message))
    return { is: 'not-running' };
  return undefined;
}

/** The addresses that BIRD on a node speaks from, as Calico itself wrote them down. */
export function bgpAddresses({ metadata }: Node): string[] {
  return [annotations.bgpAddress4, annotations.bgpAddress6].flatMap((name) => {
    const address = metadata.annotations[name]?.split('/')[0];
    return address === undefined || address === '' ? [] : [address];
  });
}

/** An address of BIRD that the kubelet does not know on this node: autodetection took another interface. */
export function strangeAddress(node: Node): string | undefined {
  const known = node.status.addresses.map(({ address }) => address);
  return bgpAddresses(node).find((address) => !known.includes(address));
}

export type BrokenSession = { readonly reporter: string; readonly peer: string };

export type Culprit = { readonly name: string; readonly with: readonly string[] };

/**
 * The fewest ends that explain all broken sessions: a node that everybody misses is one fault, not one for each who
 * misses it. Of two ends that explain as much, the suspicious one comes first, then the one that reports.
 */
export function culpritsOf(sessions: readonly BrokenSession[], suspicious: ReadonlySet<string>): Culprit[] {
  const culprits: Culprit[] = [];
  let open = [...sessions];
  while (open.length > 0) {
    const ends = new Map<string, Set<string>>();
    for (const { reporter, peer } of open) {
      ends.set(reporter, (ends.get(reporter) ?? new Set<string>()).add(peer));
      ends.set(peer, (ends.get(peer) ?? new Set<string>()).add(reporter));
    }
    const reporters = new Set(open.map(({ reporter }) => reporter));
    const [worst] = [...ends].sort(
      ([left, leftEnds], [right, rightEnds]) =>
        rightEnds.size - leftEnds.size ||
        Number(suspicious.has(right)) - Number(suspicious.has(left)) ||
        Number(reporters.has(right)) - Number(reporters.has(left)) ||
        left.localeCompare(right),
    );
    if (worst === undefined) break;
    const [name, others] = worst;
    culprits.push({ name, with: [...others].sort() });
    open = open.filter(({ reporter, peer }) => reporter !== name && peer !== name);
  }
  return culprits;
}
