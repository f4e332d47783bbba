import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { type Loop, revisionsIn } from '../../facts/calico/log-lines.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/calico/product.ts';
import { changes, fingerprintOf, has, unlessBackported } from '../../facts/calico/versions.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import {
  type Listener,
  type ListLoops,
  LoopSettings,
  listLoopReads,
  nodeOf,
  readListLoops,
  sayReach,
} from '../../reads/calico/list-loops.ts';
import { loopEvidence, sayNodes } from '../../reads/calico/loop-evidence.ts';
import { followRollback } from '../../remedies/calico/follow-rollback.ts';
import { restartNodeAgents } from '../../remedies/calico/restart-node-agents.ts';
import { restartTypha } from '../../remedies/calico/restart-typha.ts';
import { upgrade } from '../../remedies/calico/upgrade.ts';

const code = 'calico/datastore-rolled-back';

/** After a restore of etcd Calico waits for a future that never comes (calico#9622). */
export const datastoreRolledBack = defineCheck({
  id: code,
  asks: 'Has the datastore reached the revision that Calico saw last?',
  appliesTo: whenInstalled,
  reads: listLoopReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Datastore went back behind what Calico knows',
      leadsTo: ['workload/network-not-ready', 'workload/apiserver-unreachable', 'control-plane/pod-path-broken'],
    },
  },
  remedies: [restartTypha, restartNodeAgents, followRollback, upgrade],
  settings: LoopSettings,
  async look(sight) {
    const loops = await readListLoops(sight, sight.settings);
    const typhas = loops.typhaListeners.filter(waits);
    const nodes = loops.listeners.filter(waits);
    const { version } = installed(sight.platform);
    return {
      findings: [typhas, nodes]
        .filter((stuck) => stuck.length > 0)
        .map((stuck) => describe({ stuck, loops, version, now: sight.now })),
      measured: [
        { what: 'Node agents whose log was read', is: sayReach(loops) },
        { what: 'Agents that wait for a later revision', is: String(typhas.length + nodes.length) },
      ],
    };
  },
});

function isAhead({ refusal }: Loop): boolean {
  return refusal === 'ahead';
}

function waits({ loops }: Listener): boolean {
  return loops.some(isAhead);
}

type Seen = {
  readonly stuck: readonly Listener[];
  readonly loops: ListLoops;
  readonly version: string | undefined;
  readonly now: Date;
};

function describe({ stuck, loops, version, now }: Seen): Finding<typeof code> {
  const ahead = stuck.flatMap((one) => one.loops.filter(isAhead));
  const [evidence, ...more] = loopEvidence(stuck, isAhead, now);
  if (evidence === undefined) throw new TypeError('a loop without a log line');
  const first = new Date(Math.min(...ahead.map((loop) => loop.first.getTime())));
  const isTypha = stuck.some((one) => loops.typhaListeners.includes(one));
  const who = isTypha
    ? `${stuck.length} of ${loops.typhaListeners.length} Typha ${loops.typhaListeners.length === 1 ? 'pod' : 'pods'}`
    : `Calico on ${sayNodes(stuck, loops.asked)}`;
  const [revisions] = ahead.flatMap(({ error }) => revisionsIn(error) ?? []);
  const numbers =
    revisions === undefined
      ? ''
      : ` It asks for revision ${revisions.asked}; the API server is at ${revisions.current}.`;
  const [fingerprint] = ahead.flatMap(({ sourceLine }) => fingerprintOf(sourceLine) ?? []);
  const leaves =
    fingerprint === undefined
      ? has(version, changes.revisionClearedOnRollback)
      : fingerprint.does === 'recovers-always';
  const cure = isTypha
    ? restartTypha.with({ pods: stuck.map(({ pod }) => pod.metadata.name) })
    : restartNodeAgents.with({ nodes: stuck.map(nodeOf), because: 'loop' });
  return {
    code,
    about: isTypha && stuck[0] !== undefined ? workloadOf(stuck[0].pod) : loops.about,
    says: `${who} ${isTypha && stuck.length > 1 ? 'wait' : 'waits'} for a revision that the API server has not reached, at least since ${sayTime(first, now)}.${numbers} That is what a restored or replaced etcd looks like. Until then nothing new is learnt: new pods get no route and no policy. ${fate(leaves, version)}`,
    confidence:
      leaves === true
        ? [
            0.5,
            'The loop is in the log, but this version should give up such a revision: an API server may lag behind.',
          ]
        : [0.9, 'An API server that only lags behind catches up within seconds, and this has lasted for longer.'],
    evidence: [evidence, ...more],
    remedies: [
      cure,
      followRollback.with({}),
      ...(leaves === true ? [] : [upgrade.with({ change: 'revisionClearedOnRollback' })]),
    ],
  };
}

function fate(leaves: boolean | undefined, version: string | undefined): string {
  if (leaves === undefined) return 'Which version this is, is not known: before v3.30.0 it does not recover by itself.';
  if (leaves) return 'This version should give such a revision up by itself (#9622), so look at the API servers first.';
  const who = sayVersion(version);
  return `${who.charAt(0).toUpperCase()}${who.slice(1)} does not recover from that by itself, ${unlessBackported(changes.revisionClearedOnRollback)}; from v3.30.0 on it does.`;
}
