import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { readWorld } from './adapters/simulated/read-world.ts';
import type { Scenarios, Workspace } from './local/workspace/workspace.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const worldsFolder = join(root, 'test/worlds');

/** The cluster that visitors break, and one beside it that is well. */
const broken = 'prod-sh';
/** The worlds a visitor may choose, by their paths under `test/worlds`; the first one is broken at the start. */
const offered = [
  'kube-ovn/subnet-not-ready/leader-change',
  'kube-ovn/subnet-not-ready/settling',
  'kong/database-down/pods-moved',
  'calico/stale-watch/after-api-server-restart',
  'control-plane/cluster-ip-path-broken/kube-proxy-fails',
  'control-plane/stale-client-certificate/a-year-without-a-restart',
  'kube-ovn/subnet-not-ready/hand-over-in-vain',
  'kube-ovn/subnet-not-ready/hand-over-database-without-leader',
  'kube-ovn/subnet-not-ready/gate-validated',
  'kube-ovn/subnet-not-ready/cidr-conflict',
  'kube-ovn/controller-leadership/nobody-leads',
  'kube-ovn/blocking-pod/running-pod',
  'kube-ovn/subnet-not-ready/hostile',
  'kube-ovn/subnet-not-ready/all-ready',
] as const;
const first = offered[0];

function worlds(): { id: string; title: string }[] {
  return offered.map((id) => {
    const file = join(worldsFolder, `${id}.yaml`);
    return { id, title: readWorld(readFileSync(file, 'utf8'), file).title };
  });
}

/** Puts one world into the place of the broken cluster, as if it had just begun. */
export function createScenarios(folder: string, onChange: () => void): Scenarios {
  const listed = worlds();
  let active: string = first;
  const activate = (id: string) => {
    rmSync(join(folder, 'prod-sh.journal'), { force: true });
    copyFileSync(join(worldsFolder, `${id}.yaml`), join(folder, 'prod-sh.yaml'));
    active = id;
  };
  mkdirSync(folder, { recursive: true });
  activate(first);
  return {
    list: async () => listed.map(({ id, title }) => ({ id, title, active: id === active, detail: id })),
    activate: async (id) => {
      if (!listed.some((world) => world.id === id)) throw new Error(`There is no world ${id}.`);
      activate(id);
      onChange();
    },
  };
}

export type BotOptions = {
  readonly workspace: Workspace;
  readonly folder: string;
  readonly redisUrl: string;
  readonly port: number;
  /** How much faster than real time the worlds run, so that nobody waits for a minute's hold. */
  readonly speed: number;
  /** How long each read takes, so that a visitor sees the progress. */
  readonly readMilliseconds?: number;
  readonly role?: 'all' | 'gateway' | 'worker';
};

/** Writes the demo's configuration and starts the unmodified bot with it, as a process of its own. */
export function startBot({
  workspace,
  folder,
  redisUrl,
  port,
  speed,
  readMilliseconds = 0,
  role = 'all',
}: BotOptions): ChildProcess {
  const config = join(folder, 'triage.yaml');
  writeFileSync(config, stringify(demoConfig(folder, port, speed, readMilliseconds)));
  return spawn(process.execPath, [join(root, 'src/main.ts'), '--role', role], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TRIAGE_CONFIG: config,
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      REDIS_URL: redisUrl,
      XDG_STATE_HOME: folder,
      PORT: String(port),
    },
  });
}

function demoConfig(folder: string, port: number, speed: number, readMilliseconds: number): Record<string, unknown> {
  const well = join(worldsFolder, 'kube-ovn/subnet-not-ready/all-ready.yaml');
  const world = {
    world: join(folder, 'prod-sh.yaml'),
    journal: join(folder, 'prod-sh.journal'),
    speed,
    readMilliseconds,
  };
  return {
    clusters: [
      { name: broken, environment: 'production', mode: 'remediate', policy: 'production', connect: world },
      { name: 'staging-sh', environment: 'staging', mode: 'observe', connect: { world: well, speed } },
    ],
    policies: { production: { approverGroups: ['S0APPROVERS'], expiresAfter: '30m' } },
    publicUrl: `http://127.0.0.1:${port}`,
  };
}

type Offer = { readonly value: string; readonly description: string };

/** What the workspace's command box offers after a command, word by word. */
export function completions(
  command: string,
  playbooks: readonly { id: string; title: string }[],
): Offer[][] | undefined {
  const clusters = [
    { value: broken, description: 'production, may be changed after approval' },
    { value: 'staging-sh', description: 'staging, looked at only' },
  ];
  if (command === 'triage') {
    return [
      playbooks.map(({ id, title }) => ({ value: id, description: title })),
      clusters,
      [{ value: 'subnet=ovn-default', description: 'only this subnet' }],
    ];
  }
  if (command !== 'freeze') return undefined;
  return [
    [
      { value: 'production', description: 'every production cluster' },
      { value: broken, description: 'this cluster alone' },
      { value: 'list', description: 'what is frozen now' },
      { value: 'lift', description: 'end a freeze before its time' },
    ],
    [{ value: '"db failover"', description: 'why, in your words' }],
    [
      { value: '30m', description: 'for how long' },
      { value: '2h', description: 'for how long' },
    ],
  ];
}
