import { type AccessRule, accessRules, type Namespaces } from '../core/access.ts';
import type { Check } from '../core/check.ts';
import { path } from '../core/read.ts';
import { type Catalogue, findPlaybook } from './catalogue.ts';

/** What an identity must be allowed to do for some playbooks, or for all: computed from what they declare. */
export function accessFor(
  catalogue: Catalogue,
  options: {
    readonly playbooks: readonly string[];
    readonly mode: 'observe' | 'remediate';
    readonly namespaces?: Namespaces;
  },
): AccessRule[] {
  const playbooks =
    options.playbooks.length === 0 ? catalogue.playbooks : options.playbooks.map((id) => findPlaybook(catalogue, id));
  const checks = [...new Set(playbooks.flatMap((playbook) => playbook.checks))];
  return rulesOf(catalogue, checks, options.mode, options.namespaces);
}

/** The rules for some checks, and for finding out on what they look. Those for changes come with the mode `remediate`. */
export function rulesOf(
  catalogue: Pick<Catalogue, 'detectors'>,
  checks: readonly Check[],
  mode: 'observe' | 'remediate',
  namespaces?: Namespaces,
): AccessRule[] {
  const remedies = [...new Set(checks.flatMap((check) => check.remedies))];
  const reads = [
    path('/version'),
    ...catalogue.detectors.flatMap((detector) => detector.reads),
    ...checks.flatMap((check) => check.reads),
    ...remedies.flatMap((remedy) => remedy.reads),
  ];
  const changes = mode === 'remediate' ? remedies.flatMap((remedy) => remedy.changes) : [];
  return accessRules(reads, changes, namespaces);
}
