import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Event } from '../../kinds/events.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import { flannelObject, flannelPlaceReads, readFlannelPlace } from '../../reads/flannel/network.ts';
import { type AddressPlan, addressPlanReads, readAddressPlan } from '../../reads/kubernetes/address-plan.ts';
import { allocateNodeCidrs } from '../../remedies/canal/allocate-node-cidrs.ts';

const code = 'canal/node-without-pod-cidr';

type Cause = 'off' | 'no-cluster-cidr' | 'exhausted' | 'not-ready' | 'unknown';

const because: Readonly<Record<Cause, string>> = {
  off: 'The controller-manager runs without --allocate-node-cidrs=true.',
  'no-cluster-cidr': 'The controller-manager runs without --cluster-cidr.',
  exhausted: 'The cluster CIDR has no block left for another node.',
  'not-ready': 'No controller-manager is ready.',
  unknown: 'Why is not visible here.',
};

/** Without a pod CIDR flannel does not start on a node, and pods there get no address. */
export const nodeWithoutPodCidr = defineCheck({
  id: code,
  asks: 'Has every node been given a pod CIDR?',
  appliesTo: whenInstalled,
  reads: [...flannelPlaceReads, ...addressPlanReads, list(Event)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Node without a pod CIDR',
      leadsTo: ['canal/flannel-not-running', 'workload/network-not-ready'],
    },
  },
  remedies: [allocateNodeCidrs],
  settings: z.strictObject({
    /** The controller-manager writes it within seconds of a node joining. */
    joinSeconds: z.number().int().min(0).default(120),
  }),
  async look(sight) {
    const { now, settings } = sight;
    const place = await readFlannelPlace(sight);
    const plan = await readAddressPlan(sight.cluster);
    const { nodes } = place;
    const without = nodes.filter((node) => podCidrsOf(node).length === 0);
    const missing = without.filter(
      ({ metadata }) => now.getTime() - (metadata.creationTimestamp?.getTime() ?? 0) >= settings.joinSeconds * 1000,
    );
    const measured = [
      { what: 'Nodes without a pod CIDR', is: `${missing.length} of ${nodes.length}` },
      ...(missing.length < without.length
        ? [{ what: 'Nodes that have just joined without one', is: String(without.length - missing.length) }]
        : []),
    ];
    const [first] = missing;
    if (first === undefined) return { findings: [], measured };
    const refusals = await readRefusals(sight.cluster, missing);
    const cause = causeOf(plan, refusals);
    const names = listed(missing.map(({ metadata }) => metadata.name));
    const one: ObjectReference =
      missing.length === 1 ? referenceTo(first) : (flannelObject(place) ?? referenceTo(first));
    return {
      findings: [
        {
          code,
          about: one,
          nodes: missing.map(({ metadata }) => metadata.name),
          says: `${missing.length} of ${nodes.length} nodes ${missing.length === 1 ? 'has' : 'have'} no pod CIDR: ${names}. flannel does not start there, and new pods get no address. ${because[cause]}`,
          confidence: [
            0.95,
            'The field is empty, and the nodes have been there for longer than the controller-manager needs.',
          ],
          evidence: [
            { from: 'Nodes, spec.podCIDRs', says: `It is empty on ${names}.` },
            ...causeEvidence(plan, cause),
            ...refusals,
          ],
          remedies: [
            allocateNodeCidrs.with({
              cause,
              wanted: plan.pods === undefined ? 'CLUSTER_CIDR' : plan.pods.blocks.join(','),
            }),
          ],
        },
      ],
      measured,
    };
  },
});

type Listing = { list: (kind: typeof Event, options: { fields: string }) => Promise<readonly Event[]> };

/** What the controller-manager said about these nodes, in the hour that events are kept. */
async function readRefusals(cluster: Listing, missing: readonly Node[]): Promise<Evidence[]> {
  const names = new Set(missing.map(({ metadata }) => metadata.name));
  const events = await Promise.all(
    ['CIDRNotAvailable', 'CIDRAssignmentFailed'].map((reason) =>
      cluster.list(Event, { fields: `involvedObject.kind=Node,reason=${reason}` }),
    ),
  );
  return events
    .flat()
    .filter(({ involvedObject }) => names.has(involvedObject.name))
    .slice(0, 5)
    .map(({ involvedObject, reason, message }) => ({
      from: `Event of Node ${involvedObject.name}`,
      says: `${reason}: ${message.replace(/\.*$/, '')}.`,
    }));
}

function causeOf(plan: AddressPlan, refusals: readonly Evidence[]): Cause {
  if (refusals.some(({ says }) => says.startsWith('CIDRNotAvailable'))) return 'exhausted';
  if (plan.allocates === undefined) return 'unknown';
  if (!plan.allocates) return 'off';
  if (!hasClusterCidr(plan)) return 'no-cluster-cidr';
  return plan.controllerManagers.some(isReady) ? 'unknown' : 'not-ready';
}

function hasClusterCidr({ pods }: AddressPlan): boolean {
  return pods?.from.startsWith('Pod ') === true;
}

function causeEvidence({ controllerManagers, pods, nodeMaskSize }: AddressPlan, cause: Cause): Evidence[] {
  const names = listed(controllerManagers.map(({ metadata }) => metadata.name));
  if (cause === 'exhausted' && pods !== undefined) {
    return [
      {
        from: pods.from,
        says: `The cluster CIDR is ${listed(pods.blocks)}${nodeMaskSize === undefined ? '' : `, and each node gets a /${nodeMaskSize}`}.`,
      },
    ];
  }
  if (cause === 'unknown') return [];
  return [{ from: `Pods ${names}`, says: because[cause] }];
}
