import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Confidence, Evidence } from '../../../src/core/finding.ts';
import { nameOf } from '../../../src/core/reference.ts';
import { changeNear, type LeaderChange } from '../../facts/kube-ovn/leader-change.ts';
import type { SubnetState } from '../../facts/kube-ovn/subnet-state.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Subnet, SubnetCondition } from '../../kinds/kube-ovn.ts';
import { logEvidence, tellLines } from './controller-logs.ts';
import type { SubnetContext, SubnetSymptoms } from './subnet-context.ts';

export type SubnetWitness = {
  readonly subnet: Subnet;
  readonly state: SubnetState;
  readonly condition: SubnetCondition;
  readonly since: Date | undefined;
  readonly symptoms: SubnetSymptoms;
  readonly context: SubnetContext;
  readonly leaderChanges: readonly LeaderChange[];
  readonly version: string | undefined;
  readonly now: Date;
};

/** How sure the finding is, by what was seen of cause and effect, each time with the reason. */
export function confidenceOf({ state, condition, since, symptoms, leaderChanges, version }: SubnetWitness): Confidence {
  const removed = symptoms.routes.removed.length > 0;
  const cause = changeNear(leaderChanges, since) !== undefined || symptoms.blocked !== undefined;
  switch (state.is) {
    case 'refused':
      return /conflict/i.test(condition.message)
        ? [0.95, 'The controller itself names the conflict.']
        : [0.85, 'The controller refuses the configuration, but names no conflict.'];
    case 'settling':
      return [0.6, 'It is not ready just now, and most often that passes within 2 minutes.'];
    case 'failing':
      return removed
        ? [0.75, 'The daemons on the nodes took the routes away, which does not fit the version that the image names.']
        : [0.9, 'The condition says so, and no node route depends on it in this version.'];
    case 'undecided':
      return removed
        ? [0.85, 'The daemons on the nodes took the routes away, though the version is not known.']
        : [0.6, 'The version is not known, and with it whether the nodes lose their routes.'];
    default:
      break;
  }
  if (removed && cause)
    return [0.95, 'The daemons on the nodes took the routes away, and what brought it about is seen as well.'];
  if (removed)
    return [0.85, 'The daemons on the nodes took the routes away, but nothing is seen that brought it about.'];
  if (version === undefined) return [0.7, 'The version is not known; every version would take the routes away.'];
  const felt = symptoms.pods.isWidespread || symptoms.unreachable.length > 0;
  if (felt) return [0.8, 'Its pods feel it, but no kube-ovn-cni log shows that the routes were taken away.'];
  if (symptoms.routes.added.length > 0) {
    return [
      0.5,
      'This version takes the routes away, but kube-ovn-cni last put them on: #4258 may be back-ported here.',
    ];
  }
  return [0.7, 'This version takes the routes away, but neither a kube-ovn-cni log nor its pods show it yet.'];
}

/** The condition first, then what the nodes did, what its pods feel, and what happened to the controllers. */
export function subnetEvidence(witness: SubnetWitness): [Evidence, ...Evidence[]] {
  return [
    conditionEvidence(witness),
    ...routeEvidence(witness),
    ...podEvidence(witness),
    ...controllerEvidence(witness),
  ];
}

function conditionEvidence({ subnet, condition, since, now }: SubnetWitness): Evidence {
  const { name } = subnet.metadata;
  const time =
    since === undefined ? '' : ` since ${sayTime(since, now)} (${sayDuration(now.getTime() - since.getTime())})`;
  const reason = condition.reason === '' ? 'no reason given' : `reason ${condition.reason}`;
  const message = condition.message === '' ? '' : `: ${condition.message}`;
  const said = `It is ${condition.status}${time}, ${reason}${message}`;
  return {
    from: `Subnet ${name}, status.conditions[${condition.type}]`,
    says: said.endsWith('.') ? said : `${said}.`,
  };
}

/** One node's own line stands for all: they say the same at the same time. */
function routeEvidence({ subnet, symptoms }: SubnetWitness): Evidence[] {
  const { removed, added } = symptoms.routes;
  const block = subnet.spec.cidrBlock;
  const [first] = removed;
  if (first !== undefined) {
    const nodes = listed(removed.map(({ node }) => node).sort());
    const those =
      removed.length === 1
        ? `kube-ovn-cni on node ${nodes} has`
        : `kube-ovn-cni on ${removed.length} nodes, ${nodes}, has`;
    const says = `${those} taken the route to ${block} away and not put it back.`;
    return [logEvidence(first.log, [first.line], says)];
  }
  if (added.length === 0) return [];
  const says = `kube-ovn-cni on ${listed(added)} last put the route to ${block} on, and has not taken it away.`;
  return [{ from: 'Logs of kube-ovn-cni', says }];
}

function podEvidence({ subnet, symptoms }: SubnetWitness): Evidence[] {
  const { total, notReady, nodes } = symptoms.pods;
  const pods: Evidence[] =
    notReady.length === 0
      ? []
      : [
          {
            from: `Pods of subnet ${subnet.metadata.name}, status.conditions[Ready]`,
            says: `${notReady.length} of ${total} pods are not ready, on ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}: ${listed(
              notReady.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
              5,
            )}.`,
          },
        ];
  const pingers = symptoms.unreachable
    .slice(0, 2)
    .map(({ log, lines, node }) =>
      logEvidence(
        log,
        lines,
        `The pinger on node ${node}, a pod like any other, could not reach the API server, ${lines.length} ${lines.length === 1 ? 'time' : 'times'} in the last hour.`,
      ),
    );
  return [...pods, ...pingers];
}

function controllerEvidence({ symptoms, context, leaderChanges, since, now }: SubnetWitness): Evidence[] {
  const { lock } = context.leadership;
  const change = changeNear(leaderChanges, since);
  const failures = symptoms.failures.map(({ log, lines, pod, previous }) => {
    const port =
      symptoms.blocked === undefined ? '' : ` The newest one stopped at the logical port ${symptoms.blocked.port}.`;
    return logEvidence(
      log,
      lines,
      `${tellLines(lines.length, pod, previous)} of a failed reconcile of this subnet.${port}`,
    );
  });
  if (change === undefined) return failures;
  const how =
    change.seenBy === 'lock' ? 'took the leader lock' : `ended with exit code ${change.exitCode ?? 'unknown'}`;
  const from =
    change.seenBy === 'lock' && lock !== undefined
      ? nameOf(lock.object)
      : `Pod ${change.pod}, status.containerStatuses`;
  const near = `${change.pod} ${how} at ${sayTime(change.at, now)}, within 10 minutes of the change of this condition.`;
  return [...failures, { from, says: near }];
}
