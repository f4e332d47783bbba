import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { netConfKey } from '../../facts/flannel/net-conf.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { ConfigMap, Pod } from '../../kinds/kubernetes.ts';
import {
  type FlannelNetwork,
  flannelReads,
  flannelStatus,
  mismatchesOf,
  readFlannelNetwork,
  sayNetworks,
} from '../../reads/flannel/network.ts';
import { readSufferers, type Sufferers, suffererReads } from '../../reads/flannel/sufferers.ts';
import { victimEvidence } from '../../reads/kubernetes/victims.ts';
import { restartFlannel } from '../../remedies/canal/restart-flannel.ts';

const code = 'canal/config-not-loaded';

/** flannel reads its configuration once, when it starts. */
export const configNotLoaded = defineCheck({
  id: code,
  asks: 'Has every flannel pod loaded the configuration as it is now?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, ...suffererReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Flannel runs with an old configuration',
      leadsTo: ['workload/apiserver-unreachable'],
    },
  },
  remedies: [restartFlannel],
  settings: z.strictObject({}),
  async look(sight) {
    const network = await readFlannelNetwork(sight);
    const { config } = network;
    if (config === undefined) {
      return {
        findings: [],
        measured: [{ what: 'Configuration of flannel', is: 'made by K3s itself at every start' }],
      };
    }
    const changed = changedAt(config.object);
    const old = changed === undefined ? [] : network.pods.filter((pod) => isOlder(pod, changed));
    const measured = [
      { what: 'Configuration last changed', is: changed === undefined ? 'not recorded' : sayTime(changed, sight.now) },
      {
        what: 'Flannel pods started before that',
        is: changed === undefined ? 'not known' : `${old.length} of ${network.pods.length}`,
      },
    ];
    // What would be loaded has to be right, or loading it is no help.
    const isRight = mismatchesOf(network.nodes, network.networks).length === 0;
    if (!isRight || (changed !== undefined && old.length === 0)) return { findings: [], measured };
    const sufferers = await readSufferers(sight, network.nodes);
    const nodes = new Set(old.map(({ spec }) => spec.nodeName ?? ''));
    const remote = sufferers.remote.filter(({ pod }) => changed === undefined || nodes.has(pod.spec.nodeName ?? ''));
    if (remote.length === 0) return { findings: [], measured };
    if (changed === undefined) {
      throw new CannotRead(
        `tell when ${nameOf(referenceTo(config.object))} was changed`,
        'missing',
        `it does not record who wrote ${netConfKey}, as Kubernetes does from 1.18 on`,
      );
    }
    return { findings: [describe(network, old, changed, { ...sufferers, remote }, sight.now)], measured };
  },
});

/** When somebody last wrote this key. Another key of the same writer counts as well, which is why this is not certain. */
function changedAt({ metadata }: ConfigMap): Date | undefined {
  return metadata.managedFields
    .filter(({ fieldsV1 }) => {
      // An entry that does not say which fields it wrote may have written this one.
      if (Object.keys(fieldsV1).length === 0) return true;
      const data = fieldsV1['f:data'];
      return typeof data === 'object' && data !== null && `f:${netConfKey}` in data;
    })
    .flatMap(({ time }) => time ?? [])
    .sort((left, right) => right.getTime() - left.getTime())[0];
}

function isOlder(pod: Pod, changed: Date): boolean {
  const started = flannelStatus(pod)?.state.running?.startedAt;
  return started !== undefined && started !== null && started < changed;
}

function describe(
  network: FlannelNetwork,
  old: readonly Pod[],
  changed: Date,
  sufferers: Sufferers,
  now: Date,
): Finding<typeof code> {
  const started = old
    .map((pod) => flannelStatus(pod)?.state.running?.startedAt)
    .flatMap((time) => time ?? [])
    .sort((left, right) => left.getTime() - right.getTime());
  const suffering = [...new Set(sufferers.remote.map(({ pod }) => pod.spec.nodeName ?? ''))].sort();
  return {
    code,
    about: network.about,
    nodes: old.flatMap(({ spec }) => spec.nodeName ?? []),
    says: `The configuration of flannel fits the nodes (${sayNetworks(network.networks)}), but it was changed at ${sayTime(changed, now)}, and ${old.length} of ${network.pods.length} flannel pods ${old.length === 1 ? 'has run since before that with what it' : 'have run since before that with what they'} read then. Pods on ${listed(suffering)} get no answer from the API server. A restart of flannel loads it.`,
    confidence: [0.85, 'flannel reads its configuration only when it starts; what it read then is not visible.'],
    evidence: [
      {
        from: `${nameOf(network.about)}, metadata.managedFields`,
        says: `${netConfKey} was last written at ${sayTime(changed, now)}.`,
      },
      {
        from: 'Flannel pods, status.containerStatuses',
        says: `${listed(old.map(({ metadata }) => metadata.name))} started earlier, the oldest at ${started[0] === undefined ? 'an unknown time' : sayTime(started[0], now)}.`,
      },
      ...sufferers.remote.slice(0, 3).map(victimEvidence),
    ],
    remedies: [restartFlannel.with({ nodes: old.flatMap(({ spec }) => spec.nodeName ?? []) })],
  };
}
