import type { Check } from '../core/check.ts';
import type { Detector } from '../core/detector.ts';
import { WrongUsage } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Playbook } from '../core/playbook.ts';

/** Everything that can be run, as the composition root lists it. */
export type Catalogue = {
  readonly playbooks: readonly Playbook[];
  readonly checks: readonly Check[];
  readonly detectors: readonly Detector[];
};

export function findPlaybook(catalogue: Catalogue, id: string): Playbook {
  const playbook = catalogue.playbooks.find((candidate) => candidate.id === id);
  if (playbook !== undefined) return playbook;
  const ids = catalogue.playbooks.map((candidate) => candidate.id);
  const near = nearest(id, ids);
  throw new WrongUsage(
    `There is no playbook ${JSON.stringify(id)}.`,
    near === undefined ? `The playbooks are: ${ids.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** Refuses thresholds for checks that do not exist, and values that a check does not understand; all at once. */
export function refuseWrongSettings(
  catalogue: Pick<Catalogue, 'checks'>,
  settings: Readonly<Record<string, unknown>>,
): void {
  const ids = catalogue.checks.map(({ id }) => id as string);
  const problems = Object.entries(settings).flatMap(([id, values]) => {
    const check = catalogue.checks.find((candidate) => candidate.id === id);
    if (check === undefined) {
      const near = nearest(id, ids);
      return [`  settings: there is no check ${id}${near === undefined ? '' : `; did you mean ${near}`}`];
    }
    const parsed = check.settings.safeParse(values);
    return parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `  settings: ${[id, ...path].join('.')}: ${message}`);
  });
  if (problems.length === 0) return;
  throw new WrongUsage(`The thresholds are not right:\n${problems.join('\n')}`, 'docs/playbooks.md lists the checks.');
}

/** Which codes bring about which others, over all checks. */
export function leadsToOf(catalogue: Pick<Catalogue, 'checks'>): Readonly<Record<string, readonly string[]>> {
  const codes: Record<string, string[]> = {};
  for (const check of catalogue.checks) {
    for (const [code, kind] of Object.entries(check.findings)) {
      codes[code] = [...new Set([...(codes[code] ?? []), ...(kind.leadsTo ?? [])])];
    }
  }
  return codes;
}
