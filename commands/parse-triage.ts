import type { Catalogue } from '../src/app/catalogue.ts';
import { findPlaybook } from '../src/app/catalogue.ts';
import { WrongUsage } from '../src/core/errors.ts';
import { nearest } from '../src/core/nearest.ts';
import type { Registration } from '../src/core/registration.ts';
import type { Selection } from '../src/core/selection.ts';
import { Target } from '../src/core/target.ts';

/** What somebody typed after `/triage` or `@triage`. A part that is absent was not said. */
export type TriageWords = {
  readonly playbook?: string;
  readonly cluster?: string;
  readonly target: Target;
  /** `namespace=*`: nothing is narrowed to the namespace that is usual in this channel. */
  readonly everyNamespace?: true;
  /** Many clusters instead of one. */
  readonly selection?: Selection;
};

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

/**
 * Understands `[playbook] [cluster] [key=value ...]`, with `--all`, `--environment NAME` and `--label KEY=VALUE` in place
 * of the cluster, or says what to type instead.
 */
export function parseTriage(text: string, known: Known): TriageWords {
  const { selection, rest: words } = takeSelection(wordsOf(text));
  const everyNamespace = words.includes('namespace=*');
  const pairs = words.filter((word) => word.includes('=') && word !== 'namespace=*');
  const names = words.filter((word) => !word.includes('='));
  const [playbook, cluster, ...rest] = names;
  if (rest.length > 0) {
    throw new WrongUsage(
      `I understand a playbook and a cluster, but not ${rest.map((word) => JSON.stringify(word)).join(' ')}.`,
      'Targets are written as key=value, for example: /triage subnet prod-sh subnet=ovn-default',
    );
  }
  if (selection !== undefined && (playbook === undefined || cluster !== undefined)) {
    throw new WrongUsage(
      cluster === undefined
        ? 'Say which playbook these clusters are looked at with.'
        : `Name one cluster or many, and not ${cluster} as well.`,
      'For example: /triage subnet --all, or /triage subnet --environment production --label team=net',
    );
  }
  return {
    ...(selection === undefined ? {} : { selection }),
    ...(everyNamespace ? { everyNamespace } : {}),
    ...(playbook === undefined ? {} : { playbook: findPlaybook(known.catalogue, playbook.toLowerCase()).id }),
    ...(cluster === undefined ? {} : { cluster: findCluster(cluster, known.registrations) }),
    target: parseTarget(pairs),
  };
}

const options = ['--all', '--environment', '--label'];

/** Takes the options that mean many clusters out of the words. */
function takeSelection(words: readonly string[]): { selection: Selection | undefined; rest: string[] } {
  let selection: Selection | undefined;
  const rest: string[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, option = '', given] = /^(--[a-z]+)(?:=(.*))?$/i.exec(word) ?? [];
    if (option === '') {
      rest.push(word);
      continue;
    }
    selection ??= { labels: {} };
    if (option === '--all') continue;
    const value = given ?? left.shift() ?? '';
    if (option === '--environment' && value !== '') selection.environment = value;
    else if (option === '--label' && /^[^=]+=./.test(value)) {
      selection.labels[value.slice(0, value.indexOf('='))] = value.slice(value.indexOf('=') + 1);
    } else throw wrongOption(option);
  }
  return { selection, rest };
}

function wrongOption(option: string): WrongUsage {
  const isKnown = options.includes(option);
  const near = isKnown ? undefined : nearest(option, options);
  return new WrongUsage(
    isKnown ? `I do not understand what follows ${option}.` : `There is no option ${option}.`,
    near === undefined
      ? 'Many clusters are meant by --all, --environment production or --label team=net.'
      : `Did you mean ${near}?`,
  );
}

/** The name of a registered cluster, exactly as it was typed. */
export function findCluster(word: string, registrations: readonly Registration[]): string {
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
