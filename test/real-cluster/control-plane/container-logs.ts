import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorldLog } from '../../../src/core/world.ts';
import type { Manifest } from './client.ts';

/** Writes logs as a container runtime would, and gives KWOK's objects that make `pods/log` answer them. */
export async function writeLogs(folder: string, logs: readonly WorldLog[]): Promise<Manifest[]> {
  await Promise.all(logs.map(async (log) => writeFileOf(folder, log)));
  const ofPod = Map.groupBy(logs, ({ pod }) => pod);
  return [...ofPod].map(([pod, written]) => {
    const [namespace = '', name = ''] = pod.split('/');
    const containers = [...new Set(written.map(({ container }) => container))];
    const entries = containers.map((container) => ({
      containers: [container],
      logsFile: fileOf(folder, { pod, container, previous: false }),
      // Where nobody wrote this file, the answer is what a kubelet says of a log that is gone.
      previousLogsFile: fileOf(folder, { pod, container, previous: true }),
    }));
    const metadata = { name, namespace };
    return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Logs', metadata, spec: { logs: entries } };
  });
}

function fileOf(folder: string, { pod, container, previous }: Omit<WorldLog, 'lines'>): string {
  return join(folder, 'container-logs', pod, `${container}${previous ? '.previous' : ''}.log`);
}

async function writeFileOf(folder: string, log: WorldLog): Promise<void> {
  const file = fileOf(folder, log);
  await mkdir(dirname(file), { recursive: true });
  const lines = log.lines.map((line) => {
    const space = line.indexOf(' ');
    return `${line.slice(0, space)} stdout F ${line.slice(space + 1)}\n`;
  });
  await writeFile(file, lines.join(''));
}
