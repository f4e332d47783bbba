import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningWorld, startWorld } from './adapters/simulated/open-world.ts';
import { readWorld } from './adapters/simulated/read-world.ts';
import { systemClock } from './adapters/system/clock.ts';
import { WrongUsage } from './core/errors.ts';
import type { ClusterReader } from './core/reader.ts';
import type { Registration } from './core/registration.ts';
import type { Target } from './core/target.ts';
import type { Clusters } from './ports/cluster.ts';

type Connect = Registration['connect'];
type Simulated = Registration & { readonly connect: Extract<Connect, { world: string }> };

function isSimulated(registration: Registration): registration is Simulated {
  return 'world' in registration.connect;
}

/**
 * Opens each registered cluster with the adapter that its connection asks for.
 * @param registrations asked again at every opening, so that a new configuration counts at once
 */
export function openClusters(registrations: () => readonly Registration[]): Clusters {
  let real: Promise<Clusters> | undefined;
  // The Kubernetes client takes a second to load; a process that only sees worlds does without it.
  const kubernetes = async () => {
    real ??= import('./adapters/kubernetes/clusters.ts').then(({ isKubernetes, kubernetesClusters }) =>
      kubernetesClusters(() => registrations().filter(isKubernetes), systemClock),
    );
    return real;
  };
  const running = new Map<string, { speed: number; text: string; world: RunningWorld }>();
  // A journal remembers what was changed; without one the world has to go on running here until its file changes.
  const worldOf = ({ name, connect }: Simulated): RunningWorld => {
    const { world: file, journal, speed } = connect;
    const text = readWorldFile(file);
    const known = running.get(name);
    if (journal === undefined && known?.speed === speed && known.text === text) return known.world;
    const world = startWorld(readWorld(text, file), { journal, speed });
    running.set(name, { speed, text, world });
    return world;
  };
  return {
    open: async (name, options) => {
      const registration = registrations().find((candidate) => candidate.name === name);
      if (registration === undefined) {
        throw new WrongUsage(`The cluster ${name} is not registered.`, 'Register it in the configuration file.');
      }
      if (!isSimulated(registration)) return (await kubernetes()).open(name, options);
      const cluster = worldOf(registration).open({ mode: registration.mode, signal: options?.signal });
      return { ...cluster, reader: slowed(cluster.reader, registration.connect.readMilliseconds) };
    },
    close: async () => {
      if (real !== undefined) await (await real).close();
    },
  };
}

/** The same reader, far away. */
function slowed(reader: ClusterReader, milliseconds: number): ClusterReader {
  if (milliseconds === 0) return reader;
  const after = async <Answer>(read: () => Promise<Answer>): Promise<Answer> => {
    await pause(milliseconds);
    return read();
  };
  return {
    need: async (kind, name) => after(async () => reader.need(kind, name)),
    find: async (kind, name) => after(async () => reader.find(kind, name)),
    list: async (kind, options) => after(async () => reader.list(kind, options)),
    logs: async (query) => after(async () => reader.logs(query)),
    get: async (path) => after(async () => reader.get(path)),
  };
}

/** What a world says that a run on it is about, unless somebody says otherwise; nothing for a real cluster. */
export function defaultTarget({ connect }: Registration): Target {
  return 'world' in connect ? (readWorld(readWorldFile(connect.world), connect.world).target ?? {}) : {};
}

function readWorldFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new WrongUsage(`The world file ${file} cannot be read.`, 'Name a file that exists; test/worlds holds many.');
  }
}
