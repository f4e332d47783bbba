import { isBetween, isIn } from '../../../src/core/version.ts';

/** A change of Calico that checks and remedies depend on, and the first tag of each branch that has it. */
export type UpstreamChange = {
  readonly what: string;
  /** Issues and pull requests of github.com/projectcalico/calico. */
  readonly upstream: readonly [string, ...string[]];
  readonly firsts: readonly [string, ...string[]];
};

/** Read in the sources of the tags v3.21.0 to v3.32.0. */
export const changes = {
  pagesWithoutMatch: {
    what: 'a list of more than 500 objects is paged without the parameter that the API server forbids',
    upstream: ['#5324'],
    firsts: ['v3.21.3', 'v3.22.0'],
  },
  revisionClearedOnError: {
    what: 'a list that is refused as too old is repeated without its revision',
    upstream: ['#6045'],
    firsts: ['v3.23.1', 'v3.24.0'],
  },
  revisionClearedOnRollback: {
    what: 'a revision that the datastore has not reached is given up as well',
    upstream: ['#9622'],
    firsts: ['v3.30.0'],
  },
} as const satisfies Record<string, UpstreamChange>;

/** Every claim about a version says this: vendors ship changed code under upstream tags. */
export function unlessBackported(change: UpstreamChange): string {
  return `unless your vendor back-ported ${change.upstream.join(' and ')}`;
}

/** Whether a version has a change; undefined when the version is not known. */
export function has(version: string | undefined, change: UpstreamChange): boolean | undefined {
  return isIn(version, change.firsts);
}

/**
 * Versions that repeat a refused list for ever with the same revision (#6032). Before them lists carried no revision
 * at all, so nothing could be too old.
 */
const stuckVersions: readonly (readonly [string, string])[] = [['v3.21.0', 'v3.23.0']];

/**
 * Whether Calico of this version may lose sight of the cluster for good when an API server restarts; undefined when
 * the version is not known. Look at it before any advice that restarts an API server.
 */
export function isAffectedByStaleWatch(version: string | undefined): boolean | undefined {
  return isBetween(version, stuckVersions);
}

/**
 * What the code does after a list was refused. `unconcerned` lists without a revision, `stuck` repeats the same list
 * for ever, `recovers` repeats it without the revision, `recovers-always` also after the datastore went back.
 */
export type AfterRefusal = 'unconcerned' | 'stuck' | 'recovers' | 'recovers-always';

export function afterRefusal(version: string | undefined): AfterRefusal | undefined {
  const isStuck = isAffectedByStaleWatch(version);
  if (isStuck === undefined) return undefined;
  if (isStuck) return 'stuck';
  if (isIn(version, ['v3.21.0']) !== true) return 'unconcerned';
  return has(version, changes.revisionClearedOnRollback) === true ? 'recovers-always' : 'recovers';
}

/** The code that runs, told from the line of `watchercache.go` that logged, whatever the image is called. */
export type Fingerprint = { readonly versions: string; readonly does: AfterRefusal };

const fingerprints: Readonly<Record<number, Fingerprint>> = {
  175: { versions: 'v3.21.0 to v3.22.5', does: 'stuck' },
  188: { versions: 'v3.21.0 to v3.22.5', does: 'stuck' },
  180: { versions: 'v3.23.0', does: 'stuck' },
  193: { versions: 'v3.23.0', does: 'stuck' },
  181: { versions: 'v3.23.1 to v3.29', does: 'recovers' },
  194: { versions: 'v3.23.1 to v3.29', does: 'recovers' },
  226: { versions: 'v3.30', does: 'recovers-always' },
  239: { versions: 'v3.30', does: 'recovers-always' },
  243: { versions: 'v3.31 and v3.32', does: 'recovers-always' },
  274: { versions: 'v3.31 and v3.32', does: 'recovers-always' },
};

/** Undefined for a line that no checked tag logs from. */
export function fingerprintOf(sourceLine: number): Fingerprint | undefined {
  return fingerprints[sourceLine];
}
