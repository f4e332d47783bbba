import { expect } from '@jest/globals';
import type { Log, LogQuery } from '../../../src/core/reader.ts';
import { uniqueName } from './examinee.ts';
import { namespace, pod } from './objects.ts';
import { type Prepare, questions } from './question.ts';

const ages = [7200, 3600, 1800, 60, 45];

/** A pod whose log has a line for each age in seconds, oldest first, and which was restarted once. */
async function withLog(prepare: Prepare, now: Date, text = (at: number) => `line ${at}`) {
  const home = uniqueName('exam');
  const lineAt = (age: number, says: string) => `${new Date(now.getTime() - age * 1000).toISOString()} ${says}`;
  const name = `${home}/web-0`;
  const examinee = await prepare(
    [namespace(home), pod(home, 'web-0'), pod(home, 'web-1')],
    [
      { pod: name, container: 'main', previous: false, lines: ages.map((age, at) => lineAt(age, text(at))) },
      { pod: name, container: 'main', previous: true, lines: [lineAt(9000, 'starting'), lineAt(8000, 'last words')] },
      { pod: `${home}/web-1`, container: 'main', previous: false, lines: [lineAt(60, 'only this')] },
    ],
  );
  const cluster = await examinee.open({ identity: 'viewer' });
  const read = async (query: Partial<LogQuery> = {}): Promise<Log | undefined> =>
    cluster.reader.logs({ namespace: home, pod: 'web-0', container: 'main', ...query });
  return { read, cluster };
}

const texts = (log: Log | undefined) => log?.lines.map((line) => line.text);

export const logs = questions({
  'gives a log oldest line first, with the time of each line apart': async (prepare, now) => {
    const { read, cluster } = await withLog(prepare, now);
    const log = await read();
    expect(texts(log)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    expect(log?.lines.map(({ at }) => at?.getTime())).toEqual(ages.map((age) => now.getTime() - age * 1000));
    expect(log).toMatchObject({ droppedBytes: 0, from: expect.stringContaining('web-0') });
    expect(cluster.counts().bytes).toBeGreaterThan(5 * 'line 0'.length);
  },

  'gives the last lines only': async (prepare, now) => {
    const { read } = await withLog(prepare, now);
    expect(texts(await read({ tailLines: 2 }))).toEqual(['line 3', 'line 4']);
    expect(texts(await read({ tailLines: 100 }))).toHaveLength(5);
  },

  'gives only lines that are young enough': async (prepare, now) => {
    const { read } = await withLog(prepare, now);
    expect(texts(await read({ sinceSeconds: 900 }))).toEqual(['line 3', 'line 4']);
    expect(texts(await read({ sinceSeconds: 2700, tailLines: 1 }))).toEqual(['line 4']);
    expect(texts(await read({ sinceSeconds: 2700, tailLines: 4 }))).toEqual(['line 2', 'line 3', 'line 4']);
  },

  'gives the last words of the previous instance': async (prepare, now) => {
    const { read } = await withLog(prepare, now);
    expect(texts(await read({ previous: true }))).toEqual(['starting', 'last words']);
    expect(texts(await read({ previous: true, tailLines: 1 }))).toEqual(['last words']);
  },

  'keeps the newest whole lines of a log that is too long, and says how much it dropped': async (prepare, now) => {
    const { read } = await withLog(prepare, now, (at) => `line ${at} ${'x'.repeat(1000)}`);
    const log = await read({ maximumBytes: 2500 });
    expect(log?.lines.map(({ text }) => text.slice(0, 6))).toEqual(['line 3', 'line 4']);
    expect(log?.lines.every(({ text }) => text.length === 1007)).toBe(true);
    expect(log?.droppedBytes).toBeGreaterThan(3 * 1000);
  },

  'keeps bytes, not characters': async (prepare, now) => {
    const { read } = await withLog(prepare, now, (at) => `line ${at} ${'网'.repeat(400)}`);
    const log = await read({ maximumBytes: 2800 });
    expect(log?.lines.map(({ text }) => text)).toEqual([3, 4].map((at) => `line ${at} ${'网'.repeat(400)}`));
  },

  'says that there is no log where there is none': async (prepare, now) => {
    const { read } = await withLog(prepare, now);
    expect(await read({ pod: 'web-7' })).toBeUndefined();
    expect(await read({ container: 'sidecar' })).toBeUndefined();
    expect(await read({ pod: 'web-1', previous: true })).toBeUndefined();
    expect(await read({ namespace: uniqueName('nowhere') })).toBeUndefined();
  },
});
