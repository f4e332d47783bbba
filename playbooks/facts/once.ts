/**
 * Lists are the same objects for every check of a run, and so is what follows from them: with the same arguments it is
 * worked out once for each list, and forgotten with it. Times are the same when they are equal, all else when it is
 * identical.
 */
export function oncePerList<List extends object, More extends readonly unknown[], Result>(
  work: (list: List, ...more: More) => Result,
): (list: List, ...more: More) => Result {
  const known = new WeakMap<List, { readonly more: More; readonly result: Result }>();
  return (list, ...more) => {
    const before = known.get(list);
    if (before?.more.every((one, index) => isSame(one, more[index]))) return before.result;
    const result = work(list, ...more);
    known.set(list, { more, result });
    return result;
  };
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || (left instanceof Date && right instanceof Date && left.getTime() === right.getTime());
}
