import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Finding, Measurement } from '../../../src/core/finding.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { isIn } from '../../../src/core/version.ts';
import { isAboutPods, type Loop, refusalOf } from '../../facts/calico/log-lines.ts';
import { type Behaviour, behaviourOf, confidenceOf } from '../../facts/calico/loop-judgement.ts';
import { installed, whenInstalled } from '../../facts/calico/product.ts';
import { unansweredLists } from '../../facts/calico/unanswered-lists.ts';
import { changes, unlessBackported } from '../../facts/calico/versions.ts';
import { type ApiServerStart, apiServerStarts } from '../../facts/kubernetes/api-server-starts.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { type OldAndNew, oldAndNew, waitingPods } from '../../facts/kubernetes/new-pods.ts';
import { isReady, workloadOf } from '../../facts/kubernetes/pods.ts';
import {
  type Listener,
  type ListLoops,
  LoopSettings,
  listLoopReads,
  nodeOf,
  readListLoops,
  sayReach,
} from '../../reads/calico/list-loops.ts';
import { loopEvidence, podEvidence, sayNodes, triggerEvidence } from '../../reads/calico/loop-evidence.ts';
import { lookAtDatastore } from '../../remedies/calico/look-at-datastore.ts';
import { restartNodeAgents } from '../../remedies/calico/restart-node-agents.ts';
import { restartTypha } from '../../remedies/calico/restart-typha.ts';
import { upgrade } from '../../remedies/calico/upgrade.ts';

const code = 'calico/stale-watch';

const quietMilliseconds = 15_000;
const triggerMilliseconds = 60 * 60_000;

type Form = 'typha' | 'felix' | 'settings';

type Seen = {
  readonly form: Form;
  readonly stuck: readonly Listener[];
  readonly loops: ListLoops;
  readonly version: string | undefined;
  readonly kubernetes: string | undefined;
  readonly now: Date;
};

/** Felix, Typha or confd repeats for ever a list that the API server refuses (calico#6032, #5173). */
export const staleWatch = defineCheck({
  id: code,
  asks: 'Does Calico on every node still hear of new pods from the API server?',
  appliesTo: whenInstalled,
  reads: listLoopReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Calico no longer hears of new pods',
      leadsTo: [
        'workload/network-not-ready',
        'workload/apiserver-unreachable',
        'calico/felix-behind',
        'control-plane/pod-path-broken',
      ],
    },
  },
  remedies: [restartTypha, restartNodeAgents, lookAtDatastore, upgrade],
  settings: LoopSettings,
  async look(sight) {
    const { now, platform } = sight;
    const loops = await readListLoops(sight, sight.settings);
    const stuckTyphas = loops.typhaListeners.filter(({ loops: own }) => own.some(isStale));
    const felix = loops.listeners.filter(({ loops: own }) => own.some((loop) => isStale(loop) && isFelix(loop)));
    const settings = loops.listeners.filter((one) => one.loops.some(isStale) && !felix.includes(one));
    const shared = { loops, version: installed(platform).version, kubernetes: platform.kubernetes.version, now };
    const forms: readonly Seen[] = [
      { form: 'typha', stuck: stuckTyphas, ...shared },
      { form: 'felix', stuck: felix, ...shared },
      { form: 'settings', stuck: settings, ...shared },
    ];
    const findings = forms.filter(({ stuck }) => stuck.length > 0).map(describe);
    const unheard = loops.listeners.filter((one) => isUnheard(one, now));
    if (findings.length === 0 && unheard.length > 0) {
      throw new CannotRead(
        'tell whether the lists of Calico are refused',
        'missing',
        `on ${listed(unheard.map(nodeOf), 6)} they have had no answer at all for a minute or more; the playbook apiserver-access looks into that`,
      );
    }
    return {
      findings,
      measured: measure(loops, [...felix, ...settings], stuckTyphas, now),
    };
  },
});

/** Felix stays ready meanwhile, and hears of no new pod either. */
function isUnheard({ pod, log }: Listener, now: Date): boolean {
  return isReady(pod) && unansweredLists(log.lines, now, (text) => refusalOf(text) === 'unreachable').length > 0;
}

function isStale({ refusal }: Loop): boolean {
  return refusal === 'too-old' || refusal === 'pager';
}

/** Old logs have no prefix. In the node agent's log that can only be Felix, which writes most of it. */
function isFelix({ program }: Loop): boolean {
  return program === 'felix' || program === '';
}

function measure(loops: ListLoops, stuck: readonly Listener[], typhas: readonly Listener[], now: Date): Measurement[] {
  const nodes = new Set(stuck.map(nodeOf));
  const waiting = waitingPods(loops.pods, now).filter(({ spec }) => nodes.size === 0 || nodes.has(spec.nodeName ?? ''));
  const typha = loops.typhaListeners.length;
  return [
    { what: 'Node agents whose log was read', is: sayReach(loops) },
    { what: 'Node agents that repeat a refused list', is: String(stuck.length) },
    ...(typha === 0 ? [] : [{ what: 'Typhas that repeat a refused list', is: `${typhas.length} of ${typha}` }]),
    { what: 'Pods that wait for more than a minute', is: String(waiting.length) },
  ];
}

function describe(seen: Seen): Finding<typeof code> {
  const { form, stuck, loops, version, now } = seen;
  const stale = stuck.flatMap(({ loops: own }) => own.filter(isStale));
  const isPager = stale.every(({ refusal }) => refusal === 'pager');
  const behaviour = behaviourOf(stale, version);
  const first = new Date(Math.min(...stale.map((loop) => loop.first.getTime())));
  const start = trigger(stuck, apiServerStarts(loops.pods), first);
  const since = start?.at ?? first;
  const nodes = new Set(form === 'typha' ? loops.agents.map((pod) => nodeOf({ pod })) : stuck.map(nodeOf));
  const fare = oldAndNew(loops.pods, nodes, since, now);
  const [evidence, ...more] = loopEvidence(stuck, isStale, now);
  if (evidence === undefined) throw new TypeError('a loop without a log line');
  const carriesPods = form !== 'settings' && stale.some(({ root }) => isAboutPods(root));
  const recovers = !isPager && (behaviour.does === 'recovers' || behaviour.does === 'recovers-always');
  return {
    code,
    severity: carriesPods && !recovers ? 'critical' : 'warning',
    about: form === 'typha' && stuck[0] !== undefined ? workloadOf(stuck[0].pod) : loops.about,
    // While some logs were not read, it may be felt on their nodes as well.
    ...(loops.listeners.length === loops.asked ? { nodes: [...nodes] } : {}),
    says: `${whoIsStuck(seen, first)} ${consequence(form, carriesPods)} ${isPager ? pagerSays(version) : `${behaviour.says}${kubernetesSays(seen, behaviour)}`}`,
    confidence: isPager ? pagerConfidence : confidenceOf(behaviour.does, form !== 'settings' && onlyNewWait(fare)),
    evidence: [evidence, ...more, ...podEvidence(fare, since, now), ...triggerEvidence(start, now)],
    remedies: recovers ? [lookAtDatastore.with({})] : remediesFor(seen, isPager),
  };
}

/**
 * The start of an API server that may have broken the watches. Where every log was quiet before the loop, the loop began
 * then, and a start long before has nothing to do with it; else it may go back to the last start, however long ago.
 */
function trigger(
  stuck: readonly Listener[],
  starts: readonly ApiServerStart[],
  first: Date,
): ApiServerStart | undefined {
  const quiet = first.getTime() - quietMilliseconds;
  const isWhole = stuck.every(({ log }) => log.lines.some(({ at }) => at !== undefined && at.getTime() < quiet));
  const earliest = isWhole ? first.getTime() - triggerMilliseconds : 0;
  return starts.find(({ at }) => at <= first && at.getTime() >= earliest);
}

const pagerConfidence: Confidence = [0.95, 'Nothing else makes the API server forbid this parameter.'];

function onlyNewWait({ old, recent }: OldAndNew): boolean {
  return recent.waiting.length > 0 && old.all > 0 && old.ready === old.all;
}

function whoIsStuck({ form, stuck, loops, now }: Seen, first: Date): string {
  const since = `at least since ${sayTime(first, now)}`;
  if (form === 'typha') {
    const count = `${stuck.length} of ${loops.typhaListeners.length}`;
    return `${count} Typha ${loops.typhaListeners.length === 1 ? 'pod' : 'pods'} ${stuck.length === 1 ? 'repeats' : 'repeat'} the same refused list every second, ${since}, and every Felix behind them knows only what was there before.`;
  }
  const where = sayNodes(stuck, loops.asked);
  return form === 'felix'
    ? `Felix on ${where} no longer hears from the API server: it repeats the same refused list every second, ${since}.`
    : `On ${where} the helpers beside Felix repeat the same refused list every second, ${since}. Felix itself is well.`;
}

function consequence(form: Form, carriesPods: boolean): string {
  if (form === 'settings')
    return 'Routes to pods are not touched; changes of IP pools, BGP peers and node status do not arrive there.';
  if (!carriesPods) return 'New pods are still seen; changes of policies and settings are not.';
  return 'New pods there get no route and no policy and reach nothing, while pods that were there before keep their network. The node stays Ready all the same.';
}

function pagerSays(version: string | undefined): string {
  const known = version === undefined ? '' : ` The image is called ${version}.`;
  return `The API server forbids a parameter that v3.21.0 to v3.21.2 send with every page after the first, so lists of more than 500 objects fail (#5173), ${unlessBackported(changes.pagesWithoutMatch)}.${known}`;
}

/** Old API servers take the revision at its word, which makes the fault nearly certain after each of their restarts. */
function kubernetesSays({ kubernetes }: Seen, { does }: Behaviour): string {
  if (does !== 'stuck' || isIn(kubernetes, ['v1.19.0']) !== false) return '';
  return ` Kubernetes ${kubernetes} takes the revision of a list literally and refuses it once it is compacted, so this follows almost every restart of an API server.`;
}

function remediesFor({ form, stuck, loops }: Seen, isPager: boolean): RemedyOffer[] {
  const cure =
    form === 'typha'
      ? restartTypha.with({ pods: stuck.map(({ pod }) => pod.metadata.name) })
      : restartNodeAgents.with({ nodes: byWaiting(stuck, loops), because: 'loop' });
  return [cure, upgrade.with({ change: isPager ? 'pagesWithoutMatch' : 'revisionClearedOnError' })];
}

/** Nodes in the order in which their logs were chosen: most waiting pods first. */
function byWaiting(stuck: readonly Listener[], { listeners }: ListLoops): string[] {
  return listeners.filter((one) => stuck.includes(one)).map(nodeOf);
}
