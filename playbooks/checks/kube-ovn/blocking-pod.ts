import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { Platform } from '../../../src/core/platform.ts';
import { list } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { readinessOf } from '../../facts/kube-ovn/concerns.ts';
import {
  newestUntoldNetworks,
  type Stranded,
  strandedPods,
  tellsOfUntoldNetworks,
} from '../../facts/kube-ovn/missing-networks.ts';
import { annotations, installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { failuresOf, newestMissingPort, podOfPort } from '../../facts/kube-ovn/reconcile-failures.ts';
import { conditionOf, isOvnProvider } from '../../facts/kube-ovn/subnet-state.ts';
import { changes, hasPortGroupLoop, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import {
  controllerLogReads,
  evidenceFrom,
  type PodLog,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { recreateBlockingPod } from '../../remedies/kube-ovn/recreate-blocking-pod.ts';

const code = 'kube-ovn/blocking-pod';

/**
 * One pod without a logical port keeps a whole subnet from being reconciled, in the loop that kube-ovn#1924 mended. So
 * does one that names a network which is gone, a step earlier in the same loop.
 */
export const blockingPod = defineCheck({
  id: code,
  asks: 'Does the reconcile of a subnet stop at a pod, which has no logical port or names a network that is gone?',
  appliesTo,
  reads: [...subnetReads, ...leaderReads, ...controllerLogReads, list(Pod)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'A pod blocks the reconcile of a subnet',
      leadsTo: ['kube-ovn/subnet-not-ready'],
    },
  },
  remedies: [recreateBlockingPod],
  settings: z.strictObject({}),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, platform } = sight;
    const { version } = installed(platform);
    const subnets = (await readSubnets(sight)).filter(isWaiting);
    const existing = new Set((await readSubnets({ cluster, target: {} })).map(({ metadata }) => metadata.name));
    const names = subnets.map(({ metadata }) => metadata.name);
    const measured = [
      { what: 'Subnets whose reconcile may be stuck', is: names.length === 0 ? 'none' : listed(names) },
    ];
    if (subnets.length === 0) return { findings: [], measured };
    const leadership = await readLeadership(sight);
    const logs = await readControllerLogs(cluster, leadership.pods);
    const pods = await cluster.list(Pod);
    return { findings: subnets.flatMap((subnet) => blockOf({ subnet, existing, logs, pods, now, version })), measured };
  }),
});

function appliesTo(platform: Platform): true | string {
  const isInstalled = whenInstalled(platform);
  if (isInstalled !== true) return isInstalled;
  const { version } = installed(platform);
  if (hasPortGroupLoop(version) !== false) return true;
  return `In ${sayVersion(version)} a pod without a logical port does not hold up its subnet; v1.9.5 to v1.9.10 and v1.10.0 to v1.10.6 have that fault.`;
}

function isWaiting(subnet: Subnet): boolean {
  if (!isOvnProvider(subnet.spec.provider) || subnet.metadata.deletionTimestamp !== undefined) return false;
  return conditionOf(subnet, 'Ready').status !== 'True';
}

type Blocking = {
  readonly subnet: Subnet;
  /** The names of all subnets. */
  readonly existing: ReadonlySet<string>;
  readonly logs: readonly PodLog[];
  readonly pods: readonly Pod[];
  readonly now: Date;
  readonly version: string | undefined;
};

function blockOf(blocking: Blocking): Finding<typeof code>[] {
  const { subnet, existing, logs, pods, now, version } = blocking;
  const { name } = subnet.metadata;
  const failures = logs
    .flatMap(({ log }) => failuresOf(name, log))
    .sort((left: LogLine, right: LogLine) => (left.at?.getTime() ?? 0) - (right.at?.getTime() ?? 0));
  const untold = newestUntoldNetworks(failures);
  const stranded = untold === undefined ? [] : strandedPods(untold, existing, pods, now);
  const [first] = stranded;
  if (untold !== undefined && first !== undefined)
    return [strandedFinding(blocking, untold, [first, ...stranded.slice(1)])];
  const missing = newestMissingPort(failures);
  if (missing === undefined) return [];
  const { port, line } = missing;
  const [evidence, ...more] = evidenceFrom(
    logs,
    (log) => failuresOf(name, log).filter(({ text }) => text.includes(port)),
    (count, { pod, previous }) =>
      `${tellLines(count, pod, previous)} that the reconcile of ${name} stopped at ${port}.`,
  );
  if (evidence === undefined) return [];
  const at = line.at === undefined ? 'at an unknown time' : `at ${sayTime(line.at, now)}`;
  const fixed = sayFixed(version);
  const pod = podOfPort(port, pods, now);
  if (pod === undefined) {
    return [
      {
        code,
        severity: 'warning',
        about: referenceTo(subnet),
        concerns: { Subnet: [name], ...readinessOf([subnet]) },
        says: `The reconcile of subnet ${name} last stopped ${at} at the logical port ${port}, whose pod is gone by now. Nothing blocks it any more, but the controller waits up to 16 minutes between two tries. ${fixed}`,
        confidence: [0.8, 'The log names the port, and no running pod owns it any more.'],
        evidence: [evidence, ...more],
        remedies: [],
      },
    ];
  }
  const workload = workloadOf(pod);
  const isBare = pod.metadata.ownerReferences.length === 0;
  const allocated = pod.metadata.annotations[annotations.allocated] === 'true';
  const podName = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  return [
    {
      code,
      about: workload,
      concerns: { Subnet: [name], ...readinessOf([subnet]) },
      says: `Pod ${podName} has no logical port in OVN, and the reconcile of subnet ${name} stops at it, last ${at}; so the whole subnet cannot become ready. ${fixed}`,
      confidence: [0.9, 'The log names the port, and its pod still runs; OVN itself was not asked for the port.'],
      evidence: [
        evidence,
        ...more,
        {
          from: `Pod ${podName}`,
          says: `It is ${pod.status.phase}, and ${allocated ? 'says that kube-ovn has given it an address' : 'has no address from kube-ovn yet'}.`,
        },
      ],
      remedies: [
        recreateBlockingPod.with({
          namespace: pod.metadata.namespace ?? '',
          pod: pod.metadata.name,
          owner: nameOf(workload),
          isBare,
        }),
      ],
    },
  ];
}

function sayFixed(version: string | undefined): string {
  const { firsts } = changes.podsWithoutPortIgnored;
  const here =
    version === undefined
      ? 'which version this is, is not known'
      : `${sayVersion(version)} does not, ${unlessBackported(changes.podsWithoutPortIgnored)}`;
  return `From ${firsts.join(', ')} on the controller passes such pods; ${here}.`;
}

function strandedFinding(
  { subnet, logs, now }: Blocking,
  newest: LogLine,
  stranded: readonly [Stranded, ...Stranded[]],
): Finding<typeof code> {
  const { name } = subnet.metadata;
  const [{ pod, network }] = stranded;
  const workload = workloadOf(pod);
  const { namespace = '', name: podName } = pod.metadata;
  const others = stranded.length - 1;
  const more = others === 0 ? '' : ` ${others} more ${others === 1 ? 'pod names' : 'pods name'} such a network.`;
  const at = newest.at === undefined ? 'at an unknown time' : `at ${sayTime(newest.at, now)}`;
  const objects = stranded.slice(0, 4).map((one) => ({
    from: nameOf(referenceTo(one.pod)),
    says: `Its annotations name ${one.network}, which does not exist.`,
  }));
  const [shown, ...rest] = objects;
  return {
    code,
    about: workload,
    says: `Pod ${namespace}/${podName} names the network ${network}, which does not exist, and the reconcile of subnet ${name} stops there, last ${at}; so the whole subnet cannot become ready.${more}`,
    confidence: [
      0.85,
      'The log says that the networks of some pod cannot be told, and these pods name one that is gone.',
    ],
    evidence: [
      shown ?? { from: nameOf(referenceTo(pod)), says: `Its annotations name ${network}, which does not exist.` },
      ...rest,
      ...evidenceFrom(
        logs,
        (log) => failuresOf(name, log).filter(({ text }) => tellsOfUntoldNetworks(text)),
        (count, { pod: controller, previous }) =>
          `${tellLines(count, controller, previous)} that the reconcile of ${name} could not tell the networks of a pod.`,
      ),
    ],
    remedies: [
      recreateBlockingPod.with({
        namespace,
        pod: podName,
        owner: nameOf(workload),
        isBare: pod.metadata.ownerReferences.length === 0,
      }),
    ],
  };
}
