import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { central, installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { databaseReads, type ReadyEndpoints, readDatabaseEndpoints } from '../../reads/kube-ovn/databases.ts';
import { repairDatabases } from '../../remedies/kube-ovn/repair-databases.ts';
import { waitForDatabases } from '../../remedies/kube-ovn/wait-for-databases.ts';

const code = 'kube-ovn/database-leader-missing';

/** What stands still while nobody leads; what runs keeps running in all three cases. */
const meanings: Readonly<Record<string, { what: string; stops: string }>> = {
  'ovn-nb': { what: 'the northbound database', stops: 'no new pod gets a port or an address' },
  'ovn-sb': { what: 'the southbound database', stops: 'no change of the network reaches the nodes' },
  'ovn-northd': { what: 'ovn-northd', stops: 'nothing that is new in the northbound database takes effect' },
};

type Seen = {
  readonly wrong: readonly ReadyEndpoints[];
  readonly pods: readonly Pod[];
  readonly namespace: string;
  readonly settleMilliseconds: number;
  readonly now: Date;
};

/** Its consequences look like other faults of kube-ovn, so this one stands above them all. */
export const databaseLeaderMissing = defineCheck({
  id: code,
  asks: 'Has each OVN database, and ovn-northd, exactly one leader?',
  appliesTo: whenInstalled,
  reads: [...databaseReads, list(Pod)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'OVN database without one leader',
      leadsTo: [
        'kube-ovn/controller-leadership',
        'kube-ovn/stale-northbound-cache',
        'kube-ovn/join-gateway-unreachable',
        'workload/network-not-ready',
      ],
    },
  },
  remedies: [waitForDatabases, repairDatabases],
  settings: z.strictObject({
    /** An election, and the round of the probe that writes its outcome to the pods, take less. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  async look({ cluster, platform, now, settings }) {
    const { namespace } = installed(platform);
    const endpoints = await readDatabaseEndpoints(cluster, namespace);
    const absent = endpoints.filter(({ exists }) => !exists).map(({ service }) => service);
    const wrong = endpoints.filter(({ exists, ready }) => exists && ready.length !== 1);
    const measured = endpoints.map(({ service, ready, seenBy }) => ({
      what: seenBy === 'endpoints' ? `Ready endpoints of ${service}` : `Ready pods labelled ${service}-leader`,
      is: ready.length === 0 ? '0' : `${ready.length} (${listed(ready)})`,
    }));
    if (wrong.length === 0 && absent.length > 0) {
      const because = `there is no Service ${listed(absent)} in ${namespace}, whose endpoint would be the leader`;
      throw new CannotRead('look at the leaders of the OVN databases', 'missing', because);
    }
    if (wrong.length === 0) return { findings: [], measured };
    const pods = await cluster.list(Pod, { namespace, labels: central.labels });
    const settleMilliseconds = settings.settleSeconds * 1000;
    return { findings: [describe({ wrong, pods, namespace, settleMilliseconds, now })], measured };
  },
});

function describe(seen: Seen): Finding<typeof code> {
  const { wrong, pods, namespace, now } = seen;
  const services = wrong.map(({ service }) => service);
  const isFresh = wrong.every((one) => isYoung(one, seen));
  const [first, ...rest] = wrong.map((one) => endpointEvidence(one, now));
  const pod = podEvidence(pods);
  const states = wrong.map(sayState).join(' ');
  const end = isFresh
    ? 'That changed less than a minute ago, and an election may be going on: look again in one.'
    : 'Pods that run keep their network. Everything else that is found here may follow from this, and no fix of it can work before.';
  return {
    code,
    severity: isFresh ? 'info' : 'critical',
    about: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: central.deployment },
    says: `${states} ${end}`,
    confidence: confidenceOf(seen, isFresh),
    evidence: first === undefined ? [pod] : [first, ...rest, pod],
    remedies: [...(isFresh ? [waitForDatabases.with({})] : []), repairDatabases.with({ services })],
  };
}

function isYoung({ changedAt }: ReadyEndpoints, { now, settleMilliseconds }: Seen): boolean {
  return changedAt !== undefined && now.getTime() - changedAt.getTime() <= settleMilliseconds;
}

function confidenceOf({ wrong, pods }: Seen, isFresh: boolean): Confidence {
  if (isFresh) return [0.6, 'It was otherwise a minute ago, and most often an election ends well.'];
  if (wrong.some(({ changedAt }) => changedAt === undefined)) {
    return [0.8, 'The Services select one leader each; since when it is otherwise, nothing tells.'];
  }
  const ready = pods.filter(isReady).length;
  return ready * 2 > pods.length
    ? [0.9, 'The Services select one leader each, and it has been otherwise for longer than an election takes.']
    : [0.95, 'So few ovn-central pods are ready that they cannot elect a leader.'];
}

function sayState({ service, ready, seenBy }: ReadyEndpoints): string {
  const { what, stops } = meanings[service] ?? { what: service, stops: 'its work stands still' };
  const name = what === service ? what : what.charAt(0).toUpperCase() + what.slice(1);
  const seen =
    seenBy === 'endpoints'
      ? `${service} has ${ready.length} ready endpoints`
      : `${ready.length} ready pods carry ${service}-leader="true"`;
  if (ready.length === 0) return `${name} has no leader (${seen}): ${stops}.`;
  return `${name} has ${ready.length} leaders at once (${seen}, ${listed(ready)}): whoever asks may be answered by the wrong one.`;
}

function endpointEvidence({ service, ready, changedAt, seenBy }: ReadyEndpoints, now: Date): Evidence {
  const since =
    changedAt === undefined
      ? ''
      : ` since ${sayTime(changedAt, now)} (${sayDuration(now.getTime() - changedAt.getTime())})`;
  const which = ready.length === 0 ? '' : `: ${listed(ready)}`;
  if (seenBy === 'labels') {
    return {
      from: `Pods of Deployment ${central.deployment}, metadata.labels[${service}-leader]`,
      says: `There is no Service ${service} to ask; ${ready.length} ready pods carry its label as "true"${which}.`,
    };
  }
  return { from: `Endpoints of Service ${service}`, says: `It has ${ready.length} ready endpoints${since}${which}.` };
}

/** The label is what the Service selects by: newer versions write "false" where older ones take it away. */
function podEvidence(pods: readonly Pod[]): Evidence {
  const states = pods.map((pod) => {
    const leads = ['nb', 'sb', 'northd'].filter((one) => pod.metadata.labels[`ovn-${one}-leader`] === 'true');
    const role = leads.length === 0 ? 'leads nothing' : `leads ${listed(leads)}`;
    return `${pod.metadata.name} on ${pod.spec.nodeName ?? 'no node'} is ${isReady(pod) ? 'ready' : 'not ready'} and ${role}`;
  });
  const ready = pods.filter(isReady).length;
  return {
    from: `Pods of Deployment ${central.deployment}`,
    says: pods.length === 0 ? 'There is none.' : `${ready} of ${pods.length} are ready: ${listed(states, 5)}.`,
  };
}
