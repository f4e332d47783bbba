/** Optimal string alignment distance: insert, delete, replace, and swap of neighbours cost 1 each. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1;
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    before = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/** The one known word that somebody who typed this probably meant; undefined when none is close. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase().slice(0, 64);
  const scored = known
    .map((candidate) => ({ candidate, far: distance(word, candidate.toLowerCase()) }))
    .sort((left, right) => left.far - right.far);
  const best = scored[0];
  if (best === undefined || word === '') return undefined;
  const prefix = known.filter((candidate) => word.length >= 2 && candidate.toLowerCase().startsWith(word));
  if (prefix.length === 1) return prefix[0];
  return best.far <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}
