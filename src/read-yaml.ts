import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { WrongUsage } from './core/errors.ts';

/** What is wrong with a value of a file, by the path of keys and indexes that leads to it. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

/**
 * Reads a YAML file into a schema. Every problem is said at once, each with its line, first line first.
 * @param further what a schema cannot see, such as a name that must stand elsewhere in the file too. It is asked
 *   whether or not the file fits the schema, so that nobody corrects a file twice.
 */
export function readYaml<Shape extends z.ZodType>(
  text: string,
  file: string,
  schema: Shape,
  further: (written: unknown) => readonly Problem[] = () => [],
): z.infer<Shape> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => `  ${file}:${lines.linePos(pos[0]).line}: ${message}`);
    throw new WrongUsage(`${file} is not YAML:\n${problems.join('\n')}`, 'Correct these lines.');
  }
  const written: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = schema.safeParse(written);
  const problems = [...(parsed.success ? [] : parsed.error.issues.flatMap(problemsOf)), ...further(written)]
    .map(({ path, message }) => ({ line: lineOf(path), says: [path.join('.'), message].filter(Boolean).join(': ') }))
    .sort((left, right) => left.line - right.line)
    .map(({ line, says }) => `  ${file}:${line}: ${says}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new WrongUsage(`${file} is not right:\n${[...new Set(problems)].join('\n')}`, 'Correct these lines.');

  /** The line of the deepest part of the path that the file has; of a key, where the key stands. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const parent: unknown = document.getIn(path.slice(0, length - 1), true);
      const own = path[length - 1];
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(own))
        : undefined;
      const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}

/** One issue of a schema, as the problems that a person can correct one by one. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such setting' }));
  }
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  // The form that was meant is the one that fits best; when two fit equally badly, nobody can tell.
  const forms = issue.errors
    .map((issues) => issues.flatMap(problemsOf))
    .sort((left, right) => left.length - right.length);
  const [best = [], next] = forms;
  if (best.length === 0 || best.length === next?.length) return [{ path, message: issue.message }];
  return best.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}
