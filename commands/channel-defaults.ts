import { findPlaybook } from '../src/app/catalogue.ts';
import type { House } from '../src/app/house.ts';
import type { Target } from '../src/core/target.ts';
import type { TriageWords } from './parse-triage.ts';

type Known = Pick<House, 'catalogue' | 'registrations' | 'channels'>;

/** The cluster that is meant in a channel when none is named: the channel's own, or the only one there is. */
export function usualCluster(
  channel: string,
  { channels, registrations }: Omit<Known, 'catalogue'>,
): string | undefined {
  const usual = channels[channel]?.cluster;
  if (usual !== undefined && registrations.some(({ name }) => name === usual)) return usual;
  return registrations.length === 1 ? registrations[0]?.name : undefined;
}

export type Completed = {
  readonly cluster: string | undefined;
  readonly target: Target;
  /** What was not said and is taken from the channel, as whole sentences for the person who asked. */
  readonly usual: readonly string[];
};

/**
 * Completes what somebody said by what is usual in the channel. A usual namespace is that of the usual cluster, and
 * only narrows a playbook that takes a namespace and a question that is not narrowed already.
 */
export function withDefaults(said: TriageWords, channel: string, known: Known): Completed {
  const { playbook, target, everyNamespace = false } = said;
  const defaults = known.channels[channel] ?? {};
  const cluster = said.cluster ?? usualCluster(channel, known);
  const byChannel = said.cluster === undefined && cluster !== undefined && cluster === defaults.cluster;
  const usual = byChannel ? [`No cluster was named, and ${cluster} is the usual one of this channel.`] : [];
  const isElsewhere = defaults.cluster !== undefined && defaults.cluster !== cluster;
  const { namespace } = defaults;
  if (namespace === undefined || playbook === undefined || isElsewhere || everyNamespace)
    return { cluster, target, usual };
  const takesIt = findPlaybook(known.catalogue, playbook).takes.includes('namespace');
  if (!takesIt || Object.keys(target).length > 0) return { cluster, target, usual };
  return {
    cluster,
    target: { namespace },
    usual: [
      ...usual,
      `It looks at the namespace ${namespace}, the usual one of this channel; namespace=* looks at all of them.`,
    ],
  };
}
