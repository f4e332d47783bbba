import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { digestOf } from '../../core/canonical-json.ts';
import { Change } from '../../core/change.ts';
import { WrongUsage } from '../../core/errors.ts';
import type { World } from '../../core/world.ts';
import { valueAt } from './merge-patch.ts';

/** A change that was made in a world: the `number`-th one, at a time of the world. */
export type MadeChange = {
  readonly number: number;
  /** Tells who wrote the line, so that of two processes that wrote at once the slower one knows that it lost. */
  readonly id: string;
  readonly at: Date;
  readonly proposal: string;
  readonly change: Change;
};

/** The changes made in a world, in order: in memory, or in a file that several processes share. */
export type Journal = {
  /** The real time at which the world was opened first. */
  readonly openedAt: Date;
  /** The changes that were made since the last call, by anybody. */
  read(): readonly MadeChange[];
  /** Writes a change down. It was made if `read` gives it back, and not if another one took its number. */
  append(made: MadeChange): void;
};

export function memoryJournal(): Journal {
  let fresh: MadeChange[] = [];
  return {
    openedAt: new Date(),
    read() {
      const made = fresh;
      fresh = [];
      return made;
    },
    append(made) {
      fresh.push(made);
    },
  };
}

type Opened = { readonly world: string; readonly title: string; readonly at: Date };
type Line = { readonly opened: Opened } | { readonly made: MadeChange };

/** One line of the file; undefined for one that a process was writing when it was killed. */
function lineOf(written: string): Line | undefined {
  let line: unknown;
  try {
    line = JSON.parse(written);
  } catch {
    return undefined;
  }
  const at = new Date(String(valueAt(line, 'at')));
  if (Number.isNaN(at.getTime())) return undefined;
  const text = (field: string): string => String(valueAt(line, field));
  if (text('entry') === 'opened') return { opened: { world: text('world'), title: text('title'), at } };
  const change = Change.safeParse(valueAt(line, 'change'));
  if (text('entry') !== 'changed' || !change.success) return undefined;
  const number = Number(valueAt(line, 'number'));
  return { made: { number, id: text('id'), at, proposal: text('proposal'), change: change.data } };
}

/**
 * Of lines in the order in which they were written, the changes that count: the first line that carries the next
 * number. A later one with the same number lost the race, and whoever wrote it judges its change again.
 */
function accept(lines: readonly Line[], madeBefore: number): MadeChange[] {
  const made: MadeChange[] = [];
  for (const line of lines) {
    if ('made' in line && line.made.number === madeBefore + made.length + 1) made.push(line.made);
  }
  return made;
}

/** The changes that a journal file holds, for whoever wants to count them afterwards. */
export function readJournal(file: string): readonly MadeChange[] {
  return accept(
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((written) => lineOf(written) ?? []),
    0,
  );
}

/**
 * A journal in a file: one JSON line for the opening, then one per change, each on the disk before it takes effect,
 * so that the world is the same after `kill -9`. Processes share it without a lock that a killed one could leave
 * behind: each appends its line in one write, reads what the file has become, and the first line of a number counts.
 * Everything is synchronous, so that within one process nothing comes between looking and writing.
 */
export function fileJournal(file: string, world: World): Journal {
  const digest = digestOf(world);
  let position = 0;
  let count = 0;
  let opened: Opened | undefined;
  let rest = Buffer.alloc(0);

  const readLines = (): Line[] => {
    const handle = openSync(file, 'a+');
    try {
      const size = fstatSync(handle).size;
      const bytes = Buffer.alloc(size - position);
      const got = readSync(handle, bytes, 0, bytes.length, position);
      position += got;
      rest = Buffer.concat([rest, bytes.subarray(0, got)]);
    } finally {
      closeSync(handle);
    }
    const end = rest.lastIndexOf('\n') + 1;
    const written = rest.subarray(0, end).toString('utf8').split('\n');
    rest = rest.subarray(end);
    return written.flatMap((line) => lineOf(line) ?? []);
  };

  const read = (): MadeChange[] => {
    const lines = readLines();
    for (const line of lines) if ('opened' in line) opened ??= line.opened;
    const made = accept(lines, count);
    count += made.length;
    return made;
  };

  const write = (entry: object): void => {
    const handle = openSync(file, 'a');
    try {
      // What a killed process left of its line is closed off, so that it cannot spoil this one.
      writeSync(handle, `${rest.length > 0 ? '\n' : ''}${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  };

  const earlier = read();
  if (opened === undefined) {
    write({ entry: 'opened', world: digest, title: world.title, at: new Date() });
    earlier.push(...read());
  }
  if (opened?.world !== digest) {
    const what = opened === undefined ? 'It holds no opening.' : `It was begun with the world "${opened.title}".`;
    throw new WrongUsage(
      `The journal ${file} does not belong to the world "${world.title}" as it is now. ${what}`,
      'Delete the journal to start afresh, or name another file.',
    );
  }
  return {
    openedAt: opened.at,
    read: () => [...earlier.splice(0), ...read()],
    append: (made) => write({ entry: 'changed', ...made }),
  };
}
