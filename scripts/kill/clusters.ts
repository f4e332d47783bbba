import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJournal } from '../../src/adapters/simulated/journal.ts';
import { readWorld } from '../../src/adapters/simulated/read-world.ts';
import { startControlPlane } from '../../test/real-cluster/control-plane/start.ts';
import { loadWorld } from '../../test/real-cluster/load-world.ts';

const file = fileURLToPath(new URL('../../test/worlds/kube-ovn/subnet-not-ready/leader-change.yaml', import.meta.url));

/** How much faster than real time a world runs, so that nobody waits for the minute that a fix is held. */
const speed = 20;

/** The cluster of a house whose worker is killed, and a witness outside the house of what was done to it. */
export type WitnessedCluster = {
  readonly is: 'API server' | 'world';
  /** How the bot's configuration reaches it. */
  readonly connect: Readonly<Record<string, unknown>>;
  /** Every change that was made since the beginning, one word each; dry runs are none. */
  changes(): readonly string[];
  /** Makes it broken again, as if nothing had been done; undefined where that cannot be had. */
  readonly reset?: () => Promise<void>;
  stop(): Promise<void>;
};

/** The world in a file, with its journal as the witness. */
export async function worldCluster(folder: string): Promise<WitnessedCluster> {
  const world = join(folder, 'world.yaml');
  const journal = join(folder, 'world.journal');
  const reset = async (): Promise<void> => {
    await rm(journal, { force: true });
    await copyFile(file, world);
  };
  await reset();
  return {
    is: 'world',
    connect: { world, journal, speed },
    changes: () =>
      existsSync(journal) ? readJournal(journal).map(({ change }) => `${change.change} ${nameIn(change)}`) : [],
    reset,
    stop: async () => undefined,
  };
}

function nameIn(change: { readonly name: string }): string {
  return change.name;
}

/** A control plane of its own with the world loaded, with the API server's audit log as the witness. */
export async function realCluster(say: (sentence: string) => void): Promise<WitnessedCluster> {
  const controlPlane = await startControlPlane(say);
  try {
    const world = readWorld(await readFile(file, 'utf8'), file);
    const loaded = await loadWorld(controlPlane, world, { now: new Date() });
    const changes = auditedChanges(controlPlane.auditLog);
    return {
      is: 'API server',
      connect: { kubeconfig: controlPlane.kubeconfigs.admin },
      changes,
      stop: async () => {
        try {
          await loaded.stop();
        } finally {
          await controlPlane.stop();
        }
      },
    };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

type AuditLine = {
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly name?: string };
  readonly requestURI: string;
  readonly requestObject?: { readonly dryRun?: readonly string[] };
  readonly responseStatus?: { readonly code: number };
};

function auditedChanges(log: string): () => readonly string[] {
  const readMore = followLines(log);
  const changes: string[] = [];
  return () => {
    for (const text of readMore()) {
      const line = JSON.parse(text) as AuditLine;
      if (isChange(line)) changes.push(`${line.verb} ${line.objectRef?.name ?? ''}`);
    }
    return [...changes];
  };
}

function isChange({ verb, userAgent, requestURI, requestObject, responseStatus }: AuditLine): boolean {
  const isRead = verb === 'get' || verb === 'list' || verb === 'watch';
  const isDryRun = requestURI.includes('dryRun=') || (requestObject?.dryRun ?? []).length > 0;
  return userAgent === 'cluster-triage' && !isRead && !isDryRun && (responseStatus?.code ?? 500) < 300;
}

/** Reads what was added to a file since the last call, in whole lines. */
function followLines(path: string): () => string[] {
  let position = 0;
  let rest = '';
  return () => {
    const handle = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(1024 * 1024);
      for (;;) {
        const count = readSync(handle, bytes, 0, bytes.length, position);
        if (count === 0) break;
        position += count;
        rest += bytes.toString('latin1', 0, count);
      }
    } finally {
      closeSync(handle);
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  };
}
