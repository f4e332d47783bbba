import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../src/adapters/system/clock.ts';
import { type Config, readConfig } from '../src/config.ts';
import { followConfig, type LiveConfig } from '../src/live-config.ts';

let folder: string;
let file: string;
let live: LiveConfig | undefined;
let taken: (readonly string[])[];
let refused: string[];

const fileOf = (...names: string[]) =>
  `clusters: [${names.map((name) => `{ name: ${name}, connect: { inCluster: true } }`).join(', ')}]\n`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage-live-config-'));
  file = join(folder, 'triage.yaml');
  [taken, refused] = [[], []];
});
afterEach(() => {
  live?.stop();
  rmSync(folder, { recursive: true });
});

function follow(): LiveConfig {
  const read = (): Config => readConfig({ TRIAGE_CONFIG: file, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' });
  live = followConfig(read(), {
    read,
    clock: systemClock,
    everyMilliseconds: 5,
    onTaken: (_config, later) => taken.push(later),
    onRefused: ({ message }) => refused.push(message),
  });
  return live;
}

const names = () => live?.current().clusters.map(({ name }) => name);

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Within 10 s it did not come about that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a configuration file that changes', () => {
  test('counts without a restart', async () => {
    writeFileSync(file, fileOf('a'));
    follow();
    writeFileSync(file, fileOf('a', 'b'));
    await until(() => taken.length > 0, 'the file was taken');
    expect([names(), taken, refused]).toEqual([['a', 'b'], [[]], []]);
  });

  test('is followed through the links of a mounted ConfigMap', async () => {
    const mount = (generation: string, text: string) => {
      mkdirSync(join(folder, generation));
      writeFileSync(join(folder, generation, 'triage.yaml'), text);
      symlinkSync(generation, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    mount('..1', fileOf('a'));
    symlinkSync(join('..data', 'triage.yaml'), file);
    follow();
    mount('..2', fileOf('b'));
    await until(() => taken.length > 0, 'the file was taken');
    expect(names()).toEqual(['b']);
  });

  test('is refused as a whole when it has problems, with all of them at once, and taken when it is put right', async () => {
    writeFileSync(file, fileOf('a'));
    follow();
    writeFileSync(file, `${fileOf('b', 'B')}colour: red\n`);
    await until(() => refused.length > 0, 'the file was refused');
    expect(refused).toEqual([expect.stringMatching(/triage\.yaml:1: [\s\S]*triage\.yaml:2: colour/)]);
    expect(names()).toEqual(['a']);
    writeFileSync(file, fileOf('b'));
    await until(() => taken.length > 0, 'the file was taken');
    expect([names(), refused.length]).toEqual([['b'], 1]);
  });

  test('stays in force when the file is gone', async () => {
    writeFileSync(file, fileOf('a'));
    follow();
    rmSync(file);
    await until(() => refused.length > 0, 'the loss was told');
    expect([refused, names()]).toEqual([[expect.stringContaining('cannot be read')], ['a']]);
  });

  test('says which settings count from the next start only', async () => {
    writeFileSync(file, fileOf('a'));
    follow();
    writeFileSync(file, `${fileOf('a')}team: T1\n`);
    await until(() => taken.length > 0, 'the file was taken');
    expect(taken).toEqual([['team']]);
  });
});
