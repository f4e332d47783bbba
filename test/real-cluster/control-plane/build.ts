import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** KWOK is built on its own: inside our go.mod it would lift the dependencies of kube-apiserver above its release's. */
const kwokVersion = 'v0.8.0';

/** The programs of a control plane, and KWOK's own manifests, as absolute paths. */
export type Programs = {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kwok: string;
  /** KWOK's `kustomize` folder: `crd/bases` and `stage`. */
  readonly kwokManifests: string;
};

/** What is missing before any test can run, in a sentence that says what to do about it. */
export class NotPrepared extends Error {
  override readonly name = 'NotPrepared';
}

/**
 * Builds etcd, Kubernetes and KWOK from their Go modules, once per set of versions, into the user's cache folder.
 * Two builds at the same time do not hurt each other: each works in a folder of its own, and the first to end stays.
 * @param say gets one sentence per step, with how long it took
 */
export async function controlPlanePrograms(say: (sentence: string) => void): Promise<Programs> {
  const versions = await wantedVersions();
  const cache = join(cacheFolder(), `kubernetes-${versions.kubernetes}-etcd-${versions.etcd}-kwok-${kwokVersion}`);
  if (!(await exists(cache))) await build(cache, versions, say);
  return {
    etcd: join(cache, 'bin/etcd'),
    kubeApiserver: join(cache, 'bin/kube-apiserver'),
    kubeControllerManager: join(cache, 'bin/kube-controller-manager'),
    kubeScheduler: join(cache, 'bin/kube-scheduler'),
    kwok: join(cache, 'bin/kwok'),
    kwokManifests: join(cache, 'kwok'),
  };
}

type Versions = { readonly kubernetes: string; readonly etcd: string };

async function build(cache: string, versions: Versions, say: (sentence: string) => void): Promise<void> {
  await requireGo();
  const started = Date.now();
  const unfinished = `${cache}.building-${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(join(unfinished, 'bin'), { recursive: true });
  say(
    `Building Kubernetes ${versions.kubernetes}, etcd ${versions.etcd} and KWOK ${kwokVersion} from Go modules into ${cache}. ` +
      'This happens once and takes about eight minutes on two cores when nothing is cached.',
  );
  try {
    const timed = async (what: string, ...args: string[]): Promise<void> => {
      const began = Date.now();
      await go(args, { GOBIN: join(unfinished, 'bin') });
      say(`Built ${what} in ${seconds(began)}.`);
    };
    const output = ['-o', `${join(unfinished, 'bin')}/`];
    const version = 'k8s.io/component-base/version';
    const [, minor = ''] = versions.kubernetes.split('.');
    const flags = `-s -w -X ${version}.gitVersion=${versions.kubernetes} -X ${version}.gitMajor=1 -X ${version}.gitMinor=${minor}`;
    const commands = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
    const packages = commands.map((name) => `k8s.io/kubernetes/cmd/${name}`);
    await timed(commands.join(', '), 'build', '-trimpath', '-ldflags', flags, ...output, ...packages);
    // The package's folder is called v3, which would become the program's name.
    const etcd = join(unfinished, 'bin/etcd');
    await timed('etcd', 'build', '-trimpath', '-ldflags', '-s -w', '-o', etcd, 'go.etcd.io/etcd/server/v3');
    await timed('kwok', 'install', `sigs.k8s.io/kwok/cmd/kwok@${kwokVersion}`);
    await copyKwokManifests(join(unfinished, 'kwok'));
    await rename(unfinished, cache);
  } catch (error) {
    // Another build of the same versions ended first: its result is as good as ours.
    if (!(await exists(cache))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  say(`Built the control plane in ${seconds(started)}.`);
}

/** The module cache may be cleaned at any time, so what is needed of it is kept beside the programs. */
async function copyKwokManifests(to: string): Promise<void> {
  const module = await go(['mod', 'download', '-json', `sigs.k8s.io/kwok@${kwokVersion}`]);
  const { Dir: folder } = JSON.parse(module) as { Dir: string };
  await cp(join(folder, 'kustomize/crd/bases'), join(to, 'crd/bases'), { recursive: true });
  await cp(join(folder, 'kustomize/stage'), join(to, 'stage'), { recursive: true });
  // Folders of the module cache are read-only, and the copies would be impossible to delete.
  await run('chmod', ['-R', 'u+w', to]);
}

async function requireGo(): Promise<void> {
  const installed = await go(['env', 'GOVERSION']).catch(() => undefined);
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(installed ?? '') ?? [];
  if (Number(major) > 1 || Number(minor) >= 26) return;
  const found = installed === undefined ? 'no Go was found' : `the Go found is ${installed.trim()}`;
  throw new NotPrepared(
    `The tests against a real kube-apiserver need Go 1.26 or newer to build one (${found}), ` +
      'or CLUSTER_TRIAGE_TEST_KUBECONFIG with the kubeconfig of a disposable cluster.',
  );
}

async function go(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run('go', args, {
    cwd: import.meta.dirname,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GOTOOLCHAIN: 'local',
      GOFLAGS: '-mod=readonly -buildvcs=false',
      GOWORK: 'off',
      ...environment,
    },
  });
  return stdout;
}

async function wantedVersions(): Promise<Versions> {
  const text = await readFile(join(import.meta.dirname, 'go.mod'), 'utf8');
  const versionOf = (module: string): string => {
    const line = text.split('\n').find((candidate) => candidate.trim().startsWith(`${module} v`));
    const version = line?.trim().split(' ')[1];
    if (version === undefined) throw new Error(`go.mod does not require ${module}.`);
    return version;
  };
  return { kubernetes: versionOf('k8s.io/kubernetes'), etcd: versionOf('go.etcd.io/etcd/server/v3') };
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'cluster-triage/control-plane');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
