import { parseDuration, sayDuration } from '../src/core/duration.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { FreezeScope } from '../src/core/freeze.ts';
import { nearest } from '../src/core/nearest.ts';
import type { Registration } from '../src/core/registration.ts';
import { wordsOf } from './parse-triage.ts';

/** What somebody typed after `/freeze`. */
export type FreezeWords =
  | { readonly does: 'list' }
  | { readonly does: 'lift'; readonly scope: FreezeScope }
  | { readonly does: 'freeze'; readonly scope: FreezeScope; readonly reason: string; readonly milliseconds: number };

/** A freeze that somebody forgot must not hold a cluster for ever. */
const mostMilliseconds = 14 * 86_400_000;
const longestReason = 200;
const example = 'For example: /freeze production "db failover" 2h';

/** Understands `list`, `lift <cluster|environment>` and `<cluster|environment> "reason" 2h`, or says what to type. */
export function parseFreeze(text: string, registrations: readonly Registration[]): FreezeWords {
  const [first = '', ...rest] = wordsOf(text);
  if (first === '' || (first.toLowerCase() === 'list' && rest.length === 0)) return { does: 'list' };
  if (first.toLowerCase() === 'lift') {
    const [name, ...others] = rest;
    if (name === undefined || others.length > 0) {
      throw new WrongUsage(
        'Name one cluster or environment to lift its freeze.',
        'For example: /freeze lift production',
      );
    }
    return { does: 'lift', scope: findScope(name, registrations) };
  }
  const scope = findScope(first, registrations);
  const { reason, duration } = reasonAndDuration(rest);
  const milliseconds = duration === undefined ? undefined : parseDuration(duration);
  if (milliseconds === undefined || milliseconds === 0) {
    throw new WrongUsage('Say at the end for how long, as 30m, 2h or 1d.', example);
  }
  if (milliseconds > mostMilliseconds) {
    throw new WrongUsage(
      `A freeze lasts at most ${sayDuration(mostMilliseconds)}; ${duration} is longer.`,
      'Freeze it for less, and again when it is needed.',
    );
  }
  if (reason === '') throw new WrongUsage('Say why: everybody who wants to approve something there reads it.', example);
  if (reason.length > longestReason) {
    throw new WrongUsage(
      `The reason has ${reason.length} characters; at most ${longestReason} fit on a card.`,
      example,
    );
  }
  return { does: 'freeze', scope, reason, milliseconds };
}

/** The time comes last; whatever stands before it is the reason, in quotes or not. */
function reasonAndDuration(words: readonly string[]): { reason: string; duration: string | undefined } {
  const last = words.at(-1);
  const isDuration = last !== undefined && /^\d+[smhd]$/.test(last);
  return { reason: (isDuration ? words.slice(0, -1) : words).join(' '), duration: isDuration ? last : undefined };
}

/**
 * A name that is a cluster's and an environment's means the environment when both hold the same clusters; otherwise
 * nobody can tell, and `cluster=` or `environment=` in front of it says which.
 */
function findScope(word: string, registrations: readonly Registration[]): FreezeScope {
  const [, said, name = word] = /^(cluster|environment)=(.+)$/.exec(word) ?? [];
  const environments = [...new Set(registrations.map(({ environment }) => environment))];
  const clusters = registrations.map((registration) => registration.name);
  const isCluster = said !== 'environment' && clusters.includes(name);
  const isEnvironment = said !== 'cluster' && environments.includes(name);
  if (isCluster && isEnvironment) {
    const members = registrations.filter(({ environment }) => environment === name);
    if (members.length > 1 || members[0]?.name !== name) {
      throw new WrongUsage(
        `${name} is a cluster and also an environment of ${members.length}.`,
        `Say which: cluster=${name} or environment=${name}`,
      );
    }
  }
  if (isEnvironment) return { kind: 'environment', name };
  if (isCluster) return { kind: 'cluster', name };
  const near = nearest(name, [...clusters, ...environments]);
  throw new WrongUsage(
    `There is no cluster and no environment ${JSON.stringify(name)}.`,
    near === undefined
      ? `The clusters are ${clusters.join(', ')}; the environments are ${environments.join(', ')}.`
      : `Did you mean ${near}?`,
  );
}
