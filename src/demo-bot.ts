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
type Offered = {
  /** Its path under `test/worlds`. */
  readonly id: string;
  /** The playbook that looks into it. */
  readonly playbook: string;
  /** Where the title of the world says too little to somebody who sees it for the first time. */
  readonly title?: string;
};

/** A cluster on which every check of a playbook comes out clear. */
const well = 'kube-ovn/node-route-missing/all-there';

/**
 * The worlds a visitor may choose: one for each playbook, then other ends. The first one is broken at the start. Their
 * evidence does not grow old while a visitor reads it: a fault that shows only in fresh lines of a log would be over.
 */
export const offered = [
  { id: 'kube-ovn/subnet-not-ready/leader-change', playbook: 'subnet' },
  { id: 'kong/database-down/pods-moved', playbook: 'ingress' },
  { id: 'kube-ovn/address-conflict/stress-test', playbook: 'ip-conflict' },
  { id: 'canal/pod-cidr-mismatch/default-network', playbook: 'pod-network' },
  { id: 'kube-ovn/node-route-missing/not-put-back', playbook: 'apiserver-access' },
  { id: 'control-plane/aggregated-backend-not-ready/hangs', playbook: 'metrics-api' },
  { id: 'control-plane/stale-client-certificate/a-year-without-a-restart', playbook: 'certificates' },
  { id: 'kube-ovn/subnet-not-ready/settling', playbook: 'subnet' },
  { id: 'kube-ovn/subnet-not-ready/hand-over-in-vain', playbook: 'subnet' },
  { id: 'kube-ovn/subnet-not-ready/hand-over-database-without-leader', playbook: 'subnet' },
  { id: 'kube-ovn/subnet-not-ready/cidr-conflict', playbook: 'subnet' },
  { id: 'kube-ovn/subnet-not-ready/hostile', playbook: 'subnet' },
  { id: well, playbook: 'subnet', title: 'Nothing is wrong: every route is on every node' },
] as const satisfies readonly Offered[];
const first = offered[0].id;

function scenariosOf(all: readonly Offered[]): { id: string; title: string; asks: string }[] {
  return all.map(({ id, playbook, title }) => {
    const file = join(worldsFolder, `${id}.yaml`);
    const asks = `/triage ${playbook} ${broken}`;
    return { id, title: title ?? readWorld(readFileSync(file, 'utf8'), file).title, asks };
  });
}

/** Puts one world into the place of the broken cluster, as if it had just begun. */
export function createScenarios(folder: string, onChange: () => void): Scenarios {
  const listed = scenariosOf(offered);
  let active: string = first;
  const activate = (id: string) => {
    rmSync(join(folder, 'prod-sh.journal'), { force: true });
    copyFileSync(join(worldsFolder, `${id}.yaml`), join(folder, 'prod-sh.yaml'));
    active = id;
  };
  mkdirSync(folder, { recursive: true });
  activate(first);
  return {
    list: async () => listed.map((one) => ({ ...one, active: one.id === active })),
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
  const world = {
    world: join(folder, 'prod-sh.yaml'),
    journal: join(folder, 'prod-sh.journal'),
    speed,
    readMilliseconds,
  };
  return {
    clusters: [
      { name: broken, environment: 'production', mode: 'remediate', policy: 'production', connect: world },
      {
        name: 'staging-sh',
        environment: 'staging',
        mode: 'observe',
        connect: { world: join(worldsFolder, `${well}.yaml`), speed },
      },
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
