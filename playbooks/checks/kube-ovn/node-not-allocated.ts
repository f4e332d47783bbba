import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding, Severity } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { Log, LogLine } from '../../../src/core/reader.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { failedSync } from '../../facts/kube-ovn/log-lines.ts';
import { awaitedNode, lastTimeOf, spread } from '../../facts/kube-ovn/node-log-lines.ts';
import { annotations, installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isNodeReady } from '../../facts/kubernetes/nodes.ts';
import { Node } from '../../kinds/kubernetes.ts';
import {
  controllerLogReads,
  evidenceFrom,
  type PodLog,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { allocateNode } from '../../remedies/kube-ovn/allocate-node.ts';
import { waitForController } from '../../remedies/kube-ovn/wait-for-controller.ts';

const code = 'kube-ovn/node-not-allocated';

/** A waiting controller says so every 3 s: one that has said other things for this long waits no more. */
const stillWaitingMilliseconds = 30_000;

type Seen = {
  readonly without: readonly Node[];
  readonly logs: readonly PodLog[];
  readonly settleMilliseconds: number;
  readonly leads: boolean;
  readonly now: Date;
};

/** A controller that starts waits until every node has its annotation, and no pod gets an address meanwhile. */
export const nodeNotAllocated = defineCheck({
  id: code,
  asks: 'Has every node its address from kube-ovn, so that a starting controller does not wait for it?',
  appliesTo: whenInstalled,
  reads: [list(Node), ...leaderReads, ...controllerLogReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Node without an address holds up the controller',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [waitForController, allocateNode],
  settings: z.strictObject({
    /** A node that has just joined, and a controller that has just started, need less. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, now, settings } = sight;
    installed(sight.platform);
    const nodes = await cluster.list(Node);
    const without = nodes.filter(({ metadata }) => metadata.annotations[annotations.allocated] !== 'true');
    const names = without.map(({ metadata }) => metadata.name);
    const measured = [
      {
        what: 'Nodes with an address from kube-ovn',
        is: `${nodes.length - without.length} of ${nodes.length}${names.length === 0 ? '' : `; not ${listed(names)}`}`,
      },
    ];
    if (without.length === 0) return { findings: [], measured };
    const { pods, state } = await readLeadership(sight);
    const logs = await readControllerLogs(cluster, pods);
    const settleMilliseconds = settings.settleSeconds * 1000;
    const finding = describe({ without, logs, settleMilliseconds, leads: state === 'held', now });
    return { findings: finding === undefined ? [] : [finding], measured };
  }),
});

function describe(seen: Seen): Finding<typeof code> | undefined {
  const { without, logs, settleMilliseconds, now } = seen;
  const names = without.map(({ metadata }) => metadata.name);
  const isWait = ({ text }: LogLine) => names.includes(awaitedNode(text) ?? '');
  const current = logs.filter(({ previous }) => !previous);
  const waits = current.filter(({ log }) => endsWaiting(log, isWait)).flatMap(({ log }) => log.lines.filter(isWait));
  const last = lastTimeOf(waits);
  const isWaiting = last !== undefined;
  const awaited = isWaiting
    ? awaitedNode(waits.findLast(({ at }) => at?.getTime() === last.getTime())?.text ?? '')
    : undefined;
  const old = without.filter((node) => ageOf(node, now) > settleMilliseconds);
  const node = without.find(({ metadata }) => metadata.name === awaited) ?? old[0];
  if (node === undefined) return undefined;
  const evidence = evidenceOf(seen, node, isWait);
  const { name } = node.metadata;
  const common = { code, about: referenceTo(node), evidence } as const;
  if (!isWaiting) {
    return {
      ...common,
      severity: 'warning',
      says: `${sayNodes(names, name)} no address from kube-ovn. ${current.length === 0 ? 'Whether a controller waits for it now is not known, as none has a log;' : 'No controller waits for it now, but'} the next one that starts or takes over will, for ever, and then no pod in the cluster gets an address.${seen.leads ? '' : ' No controller leads that could give it one.'}`,
      confidence: [0.8, 'The annotation is not there; why, and whether a controller works on it, it does not tell.'],
      remedies: [allocateNode.with({ node: name })],
    };
  }
  const waited = spread(waits);
  const isBlocked = waited > settleMilliseconds;
  const severity: Severity = isBlocked ? 'critical' : 'info';
  return {
    ...common,
    severity,
    says: isBlocked
      ? `The kube-ovn controller has been starting for ${sayDuration(waited)}, and waits for node ${name}, which has no address from kube-ovn. Until it has one, or is gone, no pod in the cluster gets an address.${others(names, name)}`
      : `The kube-ovn controller has been starting for ${sayDuration(waited)}, and waits for node ${name} to get its address. Most often that takes less than a minute; look again in one.`,
    confidence: isBlocked
      ? [0.95, 'The controller itself names the node, again and again, and the node lacks the annotation.']
      : [0.6, 'The controller has just started, and nodes get their address one after the other.'],
    remedies: isBlocked
      ? [allocateNode.with({ node: name })]
      : [waitForController.with({ until: `node ${name} has its address` }), allocateNode.with({ node: name })],
  };
}

/** What the controller said last is what it does: one that goes on says a lot at once. */
function endsWaiting({ lines }: Log, isWait: (line: LogLine) => boolean): boolean {
  const last = lastTimeOf(lines.filter(isWait));
  const end = lastTimeOf(lines);
  return last !== undefined && end !== undefined && end.getTime() - last.getTime() <= stillWaitingMilliseconds;
}

function ageOf(node: Node, now: Date): number {
  const { creationTimestamp } = node.metadata;
  return creationTimestamp === undefined ? Infinity : now.getTime() - creationTimestamp.getTime();
}

function sayNodes(names: readonly string[], first: string): string {
  const rest = names.length - 1;
  return rest === 0 ? `Node ${first} has` : `Node ${first} and ${rest} ${rest === 1 ? 'other' : 'others'} have`;
}

/** The controller names the first node that it meets: when that one is settled, it may wait for the next. */
function others(names: readonly string[], first: string): string {
  const rest = names.filter((name) => name !== first);
  return rest.length === 0
    ? ''
    : ` ${listed(rest)} ${rest.length === 1 ? 'has' : 'have'} none either, and will be next.`;
}

function evidenceOf(seen: Seen, node: Node, isWait: (line: LogLine) => boolean): [Evidence, ...Evidence[]] {
  const { name, creationTimestamp, annotations: written } = node.metadata;
  const value = written[annotations.allocated];
  const joined = creationTimestamp === undefined ? '' : ` It joined at ${sayTime(creationTimestamp, seen.now)}`;
  const state = `${joined === '' ? ' It' : `${joined} and`} is ${isNodeReady(node) ? 'ready' : 'not ready'}.`;
  const current = seen.logs.filter(({ previous }) => !previous);
  const failures = (log: Log) => log.lines.filter(({ text }) => tellsWhy(text, name));
  return [
    {
      from: `Node ${name}, metadata.annotations[${annotations.allocated}]`,
      says: `${value === undefined ? 'It is missing.' : `It is "${value}", not "true".`}${state}`,
    },
    ...evidenceFrom(
      current,
      (log) => log.lines.filter(isWait),
      (count, { pod }) => `${tellLines(count, pod)} that it waits for a node without an address.`,
    ),
    ...evidenceFrom(current, failures, (count, { pod }) => `${tellLines(count, pod)} why node ${name} got none.`),
  ];
}

function tellsWhy(text: string, node: string): boolean {
  const failed = failedSync(text);
  return failed?.key === node && (failed.action === undefined || failed.action.includes('node'));
}
