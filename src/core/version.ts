/** A version as vendors tag images: `v1.9.8`, `1.12.17-dbg`, `v1.9.8-alauda.3`. Anything else is undefined. */
export type Version = { readonly major: number; readonly minor: number; readonly patch: number };

export function parseVersion(written: string | undefined): Version | undefined {
  const match = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,5})(?:[-+._]|$)/.exec(written ?? '');
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

export function compareVersions(left: Version, right: Version): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

/**
 * Whether a change is in a version, when it was released on several branches. `firsts` names the first tag of
 * each branch that has it; branches after the newest one named have it, older ones that are not named do not.
 * An unknown version gives undefined: the caller must then say that it does not know.
 *
 * @example isIn('v1.11.21', ['v1.9.35', 'v1.11.20', 'v1.12.19', 'v1.13.0']) // true
 */
export function isIn(written: string | undefined, firsts: readonly string[]): boolean | undefined {
  const version = parseVersion(written);
  if (version === undefined) return undefined;
  const branches = firsts.map((first) => {
    const parsed = parseVersion(first);
    if (parsed === undefined) throw new TypeError(`${first} is not a version`);
    return parsed;
  });
  const sameBranch = branches.find((first) => first.major === version.major && first.minor === version.minor);
  if (sameBranch !== undefined) return compareVersions(version, sameBranch) >= 0;
  const newest = branches.reduce((left, right) => (compareVersions(left, right) >= 0 ? left : right));
  return compareVersions(version, newest) >= 0;
}

/** Whether a version lies in one of the closed ranges, such as `[['v1.9.5', 'v1.9.10'], ['v1.10.0', 'v1.10.6']]`. */
export function isBetween(
  written: string | undefined,
  ranges: readonly (readonly [string, string])[],
): boolean | undefined {
  const version = parseVersion(written);
  if (version === undefined) return undefined;
  return ranges.some(([first, last]) => {
    const from = parseVersion(first);
    const to = parseVersion(last);
    if (from === undefined || to === undefined) throw new TypeError(`${first} to ${last} is not a range of versions`);
    return compareVersions(version, from) >= 0 && compareVersions(version, to) <= 0;
  });
}
