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

/** A threshold that cannot be taken: where it stands under `settings`, and why, in a clause. */
export type WrongSetting = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Thresholds for checks that do not exist, and values that a check does not understand. */
export function wrongSettings(
  catalogue: Pick<Catalogue, 'checks'>,
  settings: Readonly<Record<string, unknown>>,
): WrongSetting[] {
  const ids = catalogue.checks.map(({ id }) => id as string);
  return Object.entries(settings).flatMap(([id, values]) => {
    const check = catalogue.checks.find((candidate) => candidate.id === id);
    if (check === undefined) {
      const near = nearest(id, ids);
      return [{ path: [id], message: `there is no check ${id}${near === undefined ? '' : `; did you mean ${near}`}` }];
    }
    const parsed = check.settings.safeParse(values);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ path: [id, ...path], message }));
  });
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
