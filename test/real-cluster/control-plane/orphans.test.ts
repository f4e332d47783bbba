import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { until } from './processes.ts';

const program = `
import { startControlPlane } from ${JSON.stringify(join(import.meta.dirname, 'start.ts'))};
const { folder } = await startControlPlane(() => undefined);
process.stdout.write(folder + '\\n');
setInterval(() => undefined, 1000);
`;

test('a control plane leaves no process and no file behind when its owner is killed', async () => {
  const owner = spawn('node', ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const folder = await new Promise<string>((resolve) => createInterface(owner.stdout).once('line', resolve));
  const names = await readdir(join(folder, 'pids'));
  expect(names.toSorted()).toEqual(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok']);
  const pids = await Promise.all(names.map(async (name) => Number(await readFile(join(folder, 'pids', name), 'utf8'))));
  expect(pids.map(isAlive)).toEqual(names.map(() => true));

  owner.kill('SIGKILL');

  await until(async () => !existsSync(folder) && !pids.some(isAlive), 20_000, 'The control plane was not gone');
  expect(pids.filter(isAlive)).toEqual([]);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
