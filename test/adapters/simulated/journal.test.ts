import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readJournal } from '../../../src/adapters/simulated/journal.ts';
import { openWorld } from '../../../src/adapters/simulated/open-world.ts';
import { readWorld } from '../../../src/adapters/simulated/read-world.ts';
import { WrongUsage } from '../../../src/core/errors.ts';
import { approved } from '../../contracts/approved.ts';
import { ConfigMap } from '../../contracts/cluster/objects.ts';
import { eventually } from '../../contracts/cluster/question.ts';
import { podLine, running, worldFile } from './fixtures.ts';

const lines = `objects:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: counter, namespace: shop }, data: {} }
${podLine('web-6c-x1', 'kind: ReplicaSet, name: web-6c')}${podLine('web-6c-x2', 'kind: ReplicaSet, name: web-6c')}`;

let folder: string;
let journal: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  journal = join(folder, 'world.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Everything about the pods that a second process must see as the first one does. */
const picture = async ({ pods }: ReturnType<typeof running>) =>
  (await pods()).map(({ metadata, status }) => [metadata.name, metadata.uid, metadata.resourceVersion, status.phase]);

describe('a world with a journal', () => {
  test('is the same world after its process has died', async () => {
    const first = running(lines, { journal });
    await first.deletePod('web-6c-x1');
    first.clock.advance(30_000);
    const seen = await picture(first);

    const second = running(lines, { journal });
    second.clock.advance(30_000);
    expect(await picture(second)).toEqual(seen);
    expect(seen.map(([name]) => name)).not.toContain('web-6c-x1');
  });

  test('without a journal begins anew, with the same uids and versions', async () => {
    const first = running(lines);
    const seen = await picture(first);
    await first.deletePod('web-6c-x1');
    expect(await picture(running(lines))).toEqual(seen);
  });

  test('shows what another process changes, at once', async () => {
    const [one, two] = [running(lines, { journal }), running(lines, { journal })];
    await two.pods();
    await one.deletePod('web-6c-x1');
    expect(await picture(two)).toEqual(await picture(one));
    for (const { clock } of [one, two]) clock.advance(10_000);
    expect(await picture(two)).toEqual(await picture(one));
    await two.deletePod('web-6c-x2');
    for (const { clock } of [one, two]) clock.advance(10_000);
    expect(await picture(one)).toEqual(await picture(two));
    expect(one.world.changes()).toEqual(readJournal(journal));
  });

  test('tells the same history when another process has looked further ahead than the change', async () => {
    const [one, two] = [running(lines, { journal }), running(lines, { journal })];
    two.clock.advance(60_000);
    await two.pods();
    await one.deletePod('web-6c-x1');
    one.clock.advance(60_000);
    expect(await picture(two)).toEqual(await picture(one));
  });

  test('refuses a change to an object that another process changed first', async () => {
    const [one, two] = [running(lines, { journal }), running(lines, { journal })];
    const name = { namespace: 'shop', name: 'counter' };
    const { uid, resourceVersion } = (await two.reader.need(ConfigMap, name)).metadata;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', ...name, uid, resourceVersion };
    await one.apply({ change: 'patch-object', ...object, patch: { data: { by: 'one' } } });
    const late = two.apply({ change: 'patch-object', ...object, patch: { data: { by: 'two' } } });
    await expect(late).rejects.toMatchObject({ reason: 'moved' });
    expect((await two.reader.need(ConfigMap, name)).data).toEqual({ by: 'one' });
    expect(readJournal(journal)).toHaveLength(1);
  });

  test('says of every change when it was made, what it was and for which proposal', async () => {
    const { clock, deletePod } = running(lines, { journal });
    clock.advance(5000);
    await deletePod('web-6c-x1');
    expect(readJournal(journal)).toMatchObject([
      {
        number: 1,
        at: new Date('2026-01-05T10:00:05Z'),
        proposal: 'p-exam',
        change: { change: 'delete-pod', namespace: 'shop', name: 'web-6c-x1' },
      },
    ]);
    expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('writes nothing for a dry run, nor for a change that is refused', async () => {
    const { cluster, deletePod, pods, apply } = running(lines, { journal });
    const [pod] = await pods();
    const change = {
      change: 'delete-pod',
      namespace: 'shop',
      name: 'web-6c-x1',
      uid: pod?.metadata.uid ?? '',
    } as const;
    await cluster.writer?.dryRun(change);
    await expect(apply({ ...change, uid: 'another' })).rejects.toMatchObject({ reason: 'moved' });
    await expect(deletePod('web-9')).rejects.toMatchObject({ reason: 'missing' });
    expect(readJournal(journal)).toEqual([]);
  });

  test('survives half a line that a killed process left behind', async () => {
    const first = running(lines, { journal });
    await first.deletePod('web-6c-x1');
    appendFileSync(journal, '{"entry":"changed","number":2,"id":"half');
    const second = running(lines, { journal });
    await second.deletePod('web-6c-x2');
    expect(readJournal(journal).map(({ change }) => change)).toMatchObject([
      { name: 'web-6c-x1' },
      { name: 'web-6c-x2' },
    ]);
    expect(await picture(first)).toEqual(await picture(second));
  });

  test('belongs to one world, and says so to another', () => {
    running(lines, { journal });
    const open = () => running(`${lines}version: v1.20.0\n`, { journal });
    expect(open).toThrow(WrongUsage);
    expect(open).toThrow(/does not belong to the world "a small world" as it is now/);
  });

  test('keeps its clock running from the moment it was opened first', async () => {
    const world = readWorld(worldFile(lines), 'small.yaml');
    const first = openWorld(world, { journal, speed: 1000 });
    const deadline = Date.now() + 5000;
    while (first.clock.now().getTime() - world.now.getTime() < 20_000 && Date.now() < deadline) {
      await first.clock.sleep(1000);
    }
    const later = openWorld(world, { journal, speed: 1000 });
    expect(later.clock.now().getTime() - world.now.getTime()).toBeGreaterThanOrEqual(20_000);
  });

  describe('shared by several processes', () => {
    const script = `
      import { openWorld } from '${new URL('../../../src/adapters/simulated/open-world.ts', import.meta.url).href}';
      import { readWorld } from '${new URL('../../../src/adapters/simulated/read-world.ts', import.meta.url).href}';
      import { z } from '${import.meta.resolve('zod')}';
      const [journal, worker, times] = process.argv.slice(1);
      const cluster = openWorld(readWorld(process.env.WORLD, 'small.yaml'), { journal, mode: 'remediate' });
      const kind = { name: 'ConfigMap', plural: 'configmaps', apiVersions: ['v1'], namespaced: true, schema: z.any() };
      const name = { namespace: 'shop', name: 'counter' };
      for (let made = 0; made < Number(times); ) {
        const { metadata: { uid, resourceVersion }, data } = await cluster.reader.need(kind, name);
        const patch = { data: { total: String(Number(data.total ?? 0) + 1) } };
        const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', ...name, uid, resourceVersion };
        try {
          const steps = [{ does: 'x', change: { change: 'patch-object', ...object, patch } }];
          await cluster.writer.apply({ proposal: worker, steps }, 0);
          made += 1;
        } catch (error) {
          if (error.reason !== 'moved') throw error;
        }
      }
    `;
    const worker = (name: string, times: number) =>
      spawn(process.execPath, ['--input-type=module', '-e', script, '--', journal, name, String(times)], {
        env: { ...process.env, NODE_OPTIONS: '', WORLD: worldFile(lines) },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    const total = async () => {
      const { reader } = openWorld(readWorld(worldFile(lines), 'small.yaml'), { journal });
      return (await reader.need(ConfigMap, { namespace: 'shop', name: 'counter' })).data;
    };

    test('loses and repeats no change when all write at once', async () => {
      const ends = await Promise.all(['a', 'b', 'c'].map((name) => once(worker(name, 15), 'exit')));
      expect(ends).toEqual([0, 0, 0].map((code) => [code, null]));
      const made = readJournal(journal);
      expect(made).toHaveLength(45);
      expect(await total()).toEqual({ total: '45' });
      expect(new Set(made.map(({ proposal }) => proposal))).toEqual(new Set(['a', 'b', 'c']));
    });

    test('goes on after one of them was killed in the middle of its work', async () => {
      const killed = worker('killed', 1_000_000);
      const end = once(killed, 'exit');
      await eventually(
        async () => (existsSync(journal) && readJournal(journal).length > 20) || undefined,
        'it has begun',
      );
      killed.kill('SIGKILL');
      expect(await end).toEqual([null, 'SIGKILL']);
      const before = readJournal(journal).length;
      expect(await once(worker('next', 10), 'exit')).toEqual([0, null]);
      expect(readJournal(journal)).toHaveLength(before + 10);
      expect(await total()).toEqual({ total: String(before + 10) });
    });
  });
});

describe('what a test approves', () => {
  test('names every step', () => {
    const { steps } = approved({ change: 'delete-pod', namespace: 'shop', name: 'web-0', uid: 'u' });
    expect(steps.map(({ does }) => does)).toEqual(['This will delete Pod shop/web-0.']);
  });
});
