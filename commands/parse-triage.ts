import type { Catalogue } from '../src/app/catalogue.ts';
import { findPlaybook } from '../src/app/catalogue.ts';
import { WrongUsage } from '../src/core/errors.ts';
import { nearest } from '../src/core/nearest.ts';
import type { Registration } from '../src/core/registration.ts';
import { Target } from '../src/core/target.ts';

/** What somebody typed after `/triage` or `@triage`. A part that is absent was not said. */
export type TriageWords = { readonly playbook?: string; readonly cluster?: string; readonly target: Target };

type Known = {
  readonly catalogue: Pick<Catalogue, 'playbooks'> & Catalogue;
  readonly registrations: readonly Registration[];
};

/** Splits at white space; quotes of any language are taken off. */
export function wordsOf(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/^["'“”‘’「『]+|["'“”‘’」』]+$/g, ''))
    .filter((word) => word !== '');
}

/** Understands `[playbook] [cluster] [key=value ...]`, or says what to type instead. */
export function parseTriage(text: string, known: Known): TriageWords {
  const words = wordsOf(text);
  const pairs = words.filter((word) => word.includes('='));
  const names = words.filter((word) => !word.includes('='));
  const [playbook, cluster, ...rest] = names;
  if (rest.length > 0) {
    throw new WrongUsage(
      `I understand a playbook and a cluster, but not ${rest.map((word) => JSON.stringify(word)).join(' ')}.`,
      'Targets are written as key=value, for example: /triage subnet prod-sh subnet=ovn-default',
    );
  }
  return {
    ...(playbook === undefined ? {} : { playbook: findPlaybook(known.catalogue, playbook.toLowerCase()).id }),
    ...(cluster === undefined ? {} : { cluster: findCluster(cluster, known.registrations) }),
    target: parseTarget(pairs),
  };
}

function findCluster(word: string, registrations: readonly Registration[]): string {
  const names = registrations.map(({ name }) => name);
  if (names.includes(word)) return word;
  const near = nearest(word, names);
  throw new WrongUsage(
    `There is no cluster ${JSON.stringify(word)}.`,
    near === undefined ? `The clusters are: ${names.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** Reads `key=value` words into a target. */
export function parseTarget(pairs: readonly string[]): Target {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  const parsed = Target.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const keys = Object.keys(Target.shape);
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const near = nearest(issue.keys[0] ?? '', keys);
    throw new WrongUsage(
      `There is no target ${issue.keys[0]}=.`,
      near === undefined ? `Targets are: ${keys.map((key) => `${key}=…`).join(', ')}.` : `Did you mean ${near}=?`,
    );
  }
  throw new WrongUsage(
    `The target ${String(issue?.path[0])}= cannot be read.`,
    issue?.message ?? 'Write it as key=value.',
  );
}
