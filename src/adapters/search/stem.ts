// A word keeps at least this many letters: `state` stays, `allocate` and `allocation` meet at `alloc`.
const shortest = 4;

const shortPlurals = new Map([
  ['ips', 'ip'],
  ['vms', 'vm'],
  ['pvs', 'pv'],
  ['lbs', 'lb'],
]);

const endings: readonly (readonly [string, string])[] = [
  ['ations', ''],
  ['ation', ''],
  ['ating', ''],
  ['ated', ''],
  ['ates', ''],
  ['ate', ''],
  ['ings', ''],
  ['ing', ''],
  ['edly', ''],
  ['ed', ''],
  ['ies', 'y'],
  ['ied', 'y'],
  ['ions', ''],
  ['ion', ''],
  ['ly', ''],
  ['es', ''],
  ['s', ''],
  ['e', ''],
];

const doubled = /([bdfgmnprt])\1$/;

/**
 * A light English stemmer: takes off plurals and the endings of verbs, and nothing that makes another word of a
 * product name. `restarting`, `restarted` and `restarts` meet; `controller` and `control` do not.
 * @param word lower-case letters
 */
export function stem(word: string): string {
  const short = shortPlurals.get(word);
  if (short !== undefined) return short;
  if (word.length < shortest) return word;
  for (const [ending, replacement] of endings) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length) + replacement;
    if (ending === 's' && /(?:ss|us|is)$/.test(word)) return word;
    const least = ending.length >= 3 ? shortest : 3;
    if (rest.length < least || !/[aeiouy]/.test(rest)) continue;
    if (ending === 'ion' && !/[st]$/.test(rest)) continue;
    return rest.length > 4 && ending !== 's' ? rest.replace(doubled, '$1') : rest;
  }
  return word;
}
