import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { WrongUsage } from './core/errors.ts';

/** Reads a YAML file into a schema. Every problem is said at once, each with its line. */
export function readYaml<Shape extends z.ZodType>(text: string, file: string, schema: Shape): z.infer<Shape> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => `  ${file}:${lines.linePos(pos[0]).line}: ${message}`);
    throw new WrongUsage(`${file} is not YAML:\n${problems.join('\n')}`, 'Correct these lines.');
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const line = lineOf(issue.path);
    return `  ${file}:${line}: ${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`;
  });
  throw new WrongUsage(`${file} is not right:\n${problems.join('\n')}`, 'Correct these lines.');

  /** The line of the deepest part of the path that the file has. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}
