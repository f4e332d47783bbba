import {
  type Document,
  isCollection,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { WrongUsage } from '../../core/errors.ts';
import { Aftermath, World, WorldLog } from '../../core/world.ts';
import { type Problem, problemsOf } from './world-problems.ts';

type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly expected?: string;
};

/** `objects[3].metadata.name`, as a person would look for it. */
function place(path: readonly PropertyKey[]): string {
  const written = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return written.replace(/^\./, '') || 'The file';
}

/** The fields that may stand at a path where an unknown one was met. */
function knownFields(path: readonly PropertyKey[]): readonly string[] {
  const shapes: Record<string, readonly string[]> = {
    logs: Object.keys(WorldLog.shape),
    after: Object.keys(Aftermath.shape),
    get: ['path', 'status', 'body'],
    denied: ['verb', 'resource'],
    remove: ['kind', 'namespace', 'name'],
    expect: ['found', 'unknown', 'remedy', 'then'],
  };
  const room = path.findLast((part) => typeof part === 'string');
  return room === undefined ? Object.keys(World.shape) : (shapes[room] ?? []);
}

function describe(issue: Issue, actual: unknown): string {
  const where = place(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(issue.path).join(', ');
    const keys = issue.keys ?? [];
    const names = `${keys.length === 1 ? 'field' : 'fields'} ${keys.map((name) => `"${name}"`).join(', ')}`;
    const remedy = `Correct or remove ${keys.length === 1 ? 'it' : 'them'}`;
    return `${where} has the unknown ${names}. ${remedy}${known === '' ? '' : `; the fields here are ${known}`}.`;
  }
  if (actual === undefined) {
    const isObjects = issue.path[0] === 'objects' && issue.path.at(-1) === 'name';
    const hint = isObjects ? ' An object needs its name; of a List, write the items.' : '';
    return `${where} is missing. Add it.${hint}`;
  }
  const { message, expected } = issue;
  const says = expected === undefined ? message : `This must be ${/^[aeio]/.test(expected) ? 'an' : 'a'} ${expected}`;
  return `${where} cannot be read. ${says.replace(/\.?$/, '.')}`;
}

/** The offset of the place that a path names; of its nearest parent when it is not there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (!isCollection(node)) break;
    const pair: unknown = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === part);
    const next: unknown = isPair(pair) ? pair.value : node.get(part, true);
    const range = isPair(pair) && isNode(pair.key) ? pair.key.range : isNode(next) ? next.range : undefined;
    if (range === undefined || range === null) break;
    [offset] = range;
    node = next;
  }
  return offset;
}

function refuse(fileName: string, problems: readonly string[]): never {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  throw new WrongUsage(
    [`The world file ${fileName} has ${count}:`, ...problems.map((problem) => `  ${fileName}:${problem}`)].join('\n'),
    'Correct these lines and open the world again.',
  );
}

/**
 * Reads a world file. Throws `WrongUsage` that names every problem at once, each with its line and what to do:
 * `worlds/x.yaml:12:5: logs[0].container is missing. Add it.`
 * @param fileName what the problems are reported under
 */
export function readWorld(text: string, fileName: string): World {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, says: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}: ${says}`;
  };
  const broken: YAMLError[] = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    refuse(
      fileName,
      broken.map(({ pos, message }) => at(pos[0], `This is no YAML that can be read. ${message.replace(/\.?$/, '.')}`)),
    );
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    return refuse(fileName, [at(0, `This is no YAML that can be read. ${(error as Error).message}`)]);
  }
  const parsed = World.safeParse(content);
  const problems: Problem[] = parsed.success
    ? problemsOf(parsed.data, content)
    : parsed.error.issues.map((issue: Issue) => {
        const [unknown] = issue.code === 'unrecognized_keys' ? (issue.keys ?? []) : [];
        return {
          path: unknown === undefined ? issue.path : [...issue.path, unknown],
          says: describe(issue, document.getIn(issue.path)),
        };
      });
  if (parsed.success && problems.length === 0) return parsed.data;
  const found = problems.map(({ path, says }) => ({ offset: offsetOf(document, path), says }));
  return refuse(
    fileName,
    found.sort((left, right) => left.offset - right.offset).map(({ offset, says }) => at(offset, says)),
  );
}
