import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Finding, Severity } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { concernsOf, readinessOf } from '../../facts/kube-ovn/concerns.ts';
import { leaderChanges } from '../../facts/kube-ovn/leader-change.ts';
import { hasNodesToRoute, isRoutedOnNodes } from '../../facts/kube-ovn/node-routes.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { type RouteGate, routeGateOf } from '../../facts/kube-ovn/route-gate.ts';
import { measureSubnets } from '../../facts/kube-ovn/subnet-measurements.ts';
import { isPlainlyReady, type SubnetState, sinceOf, stateOf } from '../../facts/kube-ovn/subnet-state.ts';
import { changes, hasPortGroupLoop, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { leadingFor } from '../../reads/kube-ovn/leader.ts';
import {
  readSubnetContext,
  type SubnetContext,
  type SubnetSymptoms,
  subnetContextReads,
  symptomsOf,
} from '../../reads/kube-ovn/subnet-context.ts';
import { confidenceOf, subnetEvidence } from '../../reads/kube-ovn/subnet-evidence.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { correctSubnet } from '../../remedies/kube-ovn/correct-subnet.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { restoreRoutesByHand } from '../../remedies/kube-ovn/restore-routes-by-hand.ts';
import { traceReconcile } from '../../remedies/kube-ovn/trace-reconcile.ts';
import { upgrade } from '../../remedies/kube-ovn/upgrade.ts';
import { freshLeaderMilliseconds, waitForController } from '../../remedies/kube-ovn/wait-for-controller.ts';

const code = 'kube-ovn/subnet-not-ready';

type Bad = Exclude<SubnetState, { is: 'ready' | 'expected' }>;
type Seen = {
  readonly subnet: Subnet;
  readonly state: Bad;
  readonly symptoms: SubnetSymptoms;
  readonly context: SubnetContext;
  readonly gate: RouteGate | undefined;
  readonly version: string | undefined;
  readonly now: Date;
};

/**
 * Older daemons take the routes to a subnet that is not ready off their nodes. From kube-ovn#4258 on they do so only
 * when its validation failed, as with a CIDR in conflict; otherwise its pods stay reachable.
 */
export const subnetNotReady = defineCheck({
  id: code,
  asks: 'Is every subnet ready, so that the nodes route it?',
  appliesTo: whenInstalled,
  reads: [...subnetReads, ...controllerReads, list(Node), ...subnetContextReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Subnet not ready',
      leadsTo: ['kube-ovn/node-route-missing'],
    },
  },
  remedies: [waitForController, leaderHandOver, restoreRoutesByHand, correctSubnet, traceReconcile, upgrade],
  settings: z.strictObject({
    /** A condition that is younger may still be put right by the controller: its lease, its start and a few retries. */
    settleSeconds: z.number().int().min(0).default(120),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { version } = installed(sight.platform);
    const gate = routeGateOf(version);
    const subnets = await readSubnets(sight);
    const assessed = await assess(subnets, sight, gate, sight.settings.settleSeconds * 1000);
    const bad = assessed.flatMap(({ subnet, state }) =>
      state.is === 'ready' || state.is === 'expected' ? [] : [{ subnet, state }],
    );
    const measured = measureSubnets(assessed, sight.now);
    if (bad.length === 0) return { findings: [], measured };
    const badSubnets = bad.map(({ subnet }) => subnet);
    const context = await readSubnetContext(sight, badSubnets, await sight.cluster.list(Node));
    const findings = bad.map(({ subnet, state }) =>
      describe({
        subnet,
        state,
        symptoms: symptomsOf(subnet, context, sight.now),
        context,
        gate,
        version,
        now: sight.now,
      }),
    );
    return { findings, measured };
  }),
});

/** Nodes and the controller's settings matter only once some condition is not True. */
async function assess(
  subnets: readonly Subnet[],
  sight: Pick<Sight, 'cluster' | 'platform' | 'now'>,
  gate: RouteGate | undefined,
  settleMilliseconds: number,
): Promise<{ subnet: Subnet; state: SubnetState }[]> {
  if (subnets.every(isPlainlyReady)) return subnets.map((subnet) => ({ subnet, state: { is: 'ready' } }));
  const { version } = installed(sight.platform);
  const { settings } = await readController(sight);
  const nodes = await sight.cluster.list(Node);
  return subnets.map((subnet) => {
    const isRouted = isRoutedOnNodes(subnet, settings.clusterRouter, version) && hasNodesToRoute(subnet, nodes);
    const rules = { gate, joinSubnet: settings.joinSubnet, isRouted, settleMilliseconds };
    return { subnet, state: stateOf(subnet, rules, sight.now) };
  });
}

function describe(seen: Seen): Finding<typeof code> {
  const { subnet, context, now } = seen;
  const since = sinceOf(seen.state.condition);
  const { lock, pods } = context.leadership;
  const changes = leaderChanges(lock, pods, [subnet], now);
  const witness = { ...seen, condition: seen.state.condition, leaderChanges: changes, since };
  return {
    code,
    severity: severityOf(seen),
    about: referenceTo(subnet),
    concerns: { ...concernsOf(subnet), ...readinessOf([subnet]) },
    ...(since === undefined ? {} : { since }),
    says: sentence(seen, since),
    confidence: confidenceOf(witness),
    evidence: subnetEvidence(witness),
    remedies: remediesFor(seen),
  };
}

/** What the daemons did counts for more than what the version would let expect: a vendor may have changed it. */
function losesRoutes({ state, symptoms }: Seen): boolean {
  if (state.is === 'unrouted') return true;
  return (state.is === 'undecided' || state.is === 'failing') && symptoms.routes.removed.length > 0;
}

function severityOf(seen: Seen): Severity {
  if (seen.state.is === 'settling') return 'info';
  // A subnet that nobody uses yet has nothing to lose; one whose pods are not known may have.
  if (seen.state.is === 'refused') return seen.state.isRouted && !isUnused(seen) ? 'critical' : 'warning';
  return losesRoutes(seen) && !isUnused(seen) ? 'critical' : 'warning';
}

function isUnused({ subnet: { status }, symptoms }: Seen): boolean {
  return symptoms.pods.total === 0 && status.v4usingIPs === 0 && (status.v6usingIPs ?? 0) === 0;
}

function sentence(seen: Seen, since: Date | undefined): string {
  const { subnet, state, version, now } = seen;
  const { name } = subnet.metadata;
  const age = since === undefined ? 'for an unknown time' : `for ${sayDuration(now.getTime() - since.getTime())}`;
  const what = `Subnet ${name} (${subnet.spec.cidrBlock}) has not been ${state.condition.type === 'Ready' ? 'ready' : 'validated'} ${age}`;
  const reason = state.condition.reason === '' ? '' : ` (${state.condition.reason})`;
  switch (state.is) {
    case 'settling':
      return `${what}${reason}. The controller often puts that right within 2 minutes; look again in one.`;
    case 'refused':
      return `The controller refuses the configuration of subnet ${name} (${subnet.spec.cidrBlock}): ${state.condition.message || 'it gives no message'}.${isUnused(seen) ? ' No pod uses it yet.' : ''}`;
    case 'failing':
      return losesRoutes(seen)
        ? `${what}${reason}, and kube-ovn-cni took its node routes away, although ${sayVersion(version)} should leave them: your vendor may have changed that.`
        : `${what}${reason}: changes of it fail, but what runs goes on. ${whyRoutesStay(seen)}`;
    case 'undecided':
      return `${what}${reason}. The version of kube-ovn is not known: before v1.9.35, v1.11.20, v1.12.19 and v1.13.0 most versions take its node routes away, later ones leave them${losesRoutes(seen) ? ', and kube-ovn-cni did take them away' : ''}.`;
    case 'unrouted':
      return `${what}${reason}. ${whyRoutesGo(seen)} ${isUnused(seen) ? 'No pod uses it yet.' : whatPodsLose(seen)}`;
  }
}

function whyRoutesGo({ gate, version }: Seen): string {
  if (gate === undefined)
    return 'The version of kube-ovn is not known, but most versions take its node routes away in this state.';
  if (gate === 'Validated') return `On the nodes ${sayVersion(version)} routes a subnet only while it is validated.`;
  return `On the nodes ${sayVersion(version)} routes a subnet only while it is ready, ${unlessBackported(changes.routesFollowValidated)}.`;
}

/** What was seen comes before what a version promises: pods that are all ready have lost nothing so far. */
function whatPodsLose({ symptoms }: Seen): string {
  const { total, notReady } = symptoms.pods;
  const isUnfelt = total > 0 && notReady.length === 0 && symptoms.unreachable.length === 0;
  if (!isUnfelt || symptoms.routes.removed.length > 0)
    return 'Its pods lose the API server, and the kubelet cannot probe them.';
  const all = total === 1 ? 'the one pod that it has is' : `all ${total} of them are`;
  return `Then its pods lose the API server, and the kubelet cannot probe them; ${all} still ready.`;
}

function whyRoutesStay({ state, gate, version }: Seen): string {
  if (state.is === 'failing' && !state.isRouted) return 'No node routes this subnet anyway.';
  if (gate === 'Validated') return `In ${sayVersion(version)} the node routes follow Validated, which is True.`;
  return `In ${sayVersion(version)} the node routes of this subnet follow no condition.`;
}

/** Least invasive first. A hand-over helps only where routes are lost, and only after the leader had its time. */
function remediesFor(seen: Seen): RemedyOffer[] {
  const { subnet, state, symptoms, context, version, now } = seen;
  const { name } = subnet.metadata;
  const { reason, message } = state.condition;
  const leads = context.leadership.state === 'held' && context.leadership.leader !== undefined;
  const wait = waitForController.with({ until: `subnet ${name} is ready` });
  if (state.is === 'settling') return leads ? [wait] : [];
  if (state.is === 'refused') return [correctSubnet.with({ subnet: name, message })];
  if (!losesRoutes(seen)) return [traceReconcile.with({ subnet: name, reason, message })];
  const isFresh = (leadingFor(context.leadership, now) ?? Infinity) < freshLeaderMilliseconds;
  const { pod } = symptoms.blocked ?? {};
  const blockedBy = pod === undefined ? [] : [`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`];
  const handOver = leads && !isFresh ? [leaderHandOver.with({ blockedBy })] : [];
  const isOld = hasPortGroupLoop(version) !== false || seen.gate !== 'Validated';
  return [
    ...(leads && isFresh ? [wait] : []),
    ...handOver,
    restoreRoutesByHand.with({ subnet: name }),
    ...(isOld ? [upgrade.with({})] : []),
  ];
}
