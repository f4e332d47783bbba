import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readWorld } from '../../src/adapters/simulated/read-world.ts';
import type { RunReport } from '../../src/core/run.ts';
import { privateRedis } from '../../src/local/redis.ts';
import { startWorkspace } from '../../src/local/workspace/workspace.ts';
import { hasButton, startBot, triage, wordsOf, writeConfiguration } from './bot.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';
import { startControlPlane } from './control-plane/start.ts';
import { type LoadedWorld, loadWorld } from './load-world.ts';
import { accountUser, grant } from './service-account.ts';
import { audited, openTestCluster } from './test-cluster.ts';

const file = join(import.meta.dirname, '../worlds/kube-ovn/subnet-not-ready/leader-change.yaml');
const world = readWorld(await readFile(file, 'utf8'), file);
const leader = 'kube-ovn-controller-6c5f7d8b94-m8qtz';
const channel = 'oncall';
const ana = 'U0ANACHEN1';

const { admin, controlPlane } = await openTestCluster();
afterAll(async () => admin.close());

if (controlPlane === undefined) {
  test('loads no world into a cluster of somebody else, whose nodes it would replace', async () => {
    await expect(loadWorld(controlPlane, world, { now: new Date() })).rejects.toThrow(/control plane of our own/);
  });
} else {
  describe('the playbook `subnet` on a real API server into which a world was loaded', () => {
    let own: ControlPlane;
    let loaded: LoadedWorld;
    let folder: string;

    // A world takes a whole cluster, so it gets one that the other tests do not know.
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cluster-triage-subnet-'));
      own = await startControlPlane();
      loaded = await loadWorld(own, world, { now: new Date() });
    }, 300_000);

    afterAll(async () => {
      try {
        await loaded.stop();
      } finally {
        await own.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });

    test('finds through the API what it finds in the file of the world', async () => {
      const inFile = await run('--world', file);
      const throughApi = await run('--kubeconfig', own.kubeconfigs.admin);
      expect(throughApi.exitCode).toBe(1);
      expect(summaryOf(throughApi.report)).toEqual(summaryOf(inFile.report));
      expect(codesOf(throughApi.report)).toContain('kube-ovn/subnet-not-ready');
    }, 180_000);

    test('needs no more than the rules that it prints for observing, and writes nothing', async () => {
      const kubeconfig = await granted('observe');
      const { exitCode, report } = await run('--kubeconfig', kubeconfig);
      expect(exitCode).toBe(1);
      expect(summaryOf(report)).toEqual(summaryOf((await run('--world', file)).report));
      const lines = await asked();
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter(({ verb }) => verb !== 'get' && verb !== 'list')).toEqual([]);
      expect(lines.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
    }, 180_000);

    test('deletes the leading pod once, when a second person approves, and shows that it helped', async () => {
      const before = (await asked()).length;
      const redis = await privateRedis({ folder: join(folder, 'redis') });
      const workspace = await startWorkspace({ delivery: { mode: 'socket' } });
      const configuration = await writeConfiguration(folder, { kubeconfig: await granted('remediate') });
      const bot = await startBot({ role: 'all', configuration, workspace, redisUrl: redis.url });
      try {
        const [pod, wasReady] = [await podNamed(leader), await readyControllers()];
        expect(wasReady).toBe(3);
        await workspace.as('ana').command('/triage', 'subnet prod-sh', { channel });
        const card = await workspace.waitFor(
          () => workspace.messages(channel).find((message) => hasButton(message, 'approve')),
          { withinMs: 120_000, what: 'a fix to approve' },
        );
        const changes = async () =>
          (await asked()).slice(before).filter(({ verb }) => verb !== 'get' && verb !== 'list');
        expect((await changes()).map(outline)).toEqual([tried(pod)]);

        await workspace.as('ana').press({ messageTs: card.ts, channel, actionId: 'button:approve' });
        const refusal = await workspace.waitFor(
          () => workspace.ephemerals(ana).find(({ text }) => text.includes('second person')),
          { withinMs: 30_000, what: 'an answer to the person who asked' },
        );
        expect(refusal.text).toMatch(/in production the policy "production" wants a second person to approve/);

        await workspace.as('bo').press({ messageTs: card.ts, channel, actionId: 'button:approve' });
        const shown = (ts: string) => workspace.messages(channel).find((message) => message.ts === ts);
        const over = await workspace.waitFor(
          () => [shown(card.ts)].find((message) => message !== undefined && /→/.test(wordsOf(message))),
          { withinMs: 240_000, what: 'the outcome on the card' },
        );
        expect(wordsOf(over)).toMatch(/Resolved on prod-sh/);
        expect(wordsOf(over)).toMatch(/Subnet ovn-default, Ready: False for .* →\s+True for /);
        const headline = await workspace.waitFor(
          () =>
            [shown(card.threadTs ?? '')].find((message) => message !== undefined && /Resolved/.test(wordsOf(message))),
          { withinMs: 30_000, what: 'the outcome in the root message' },
        );
        expect(wordsOf(headline)).toMatch(/came out clear afterwards/);

        const made = (await changes()).map(outline);
        expect(made.filter(({ dryRun }) => !dryRun)).toEqual([{ ...tried(pod), dryRun: false }]);
        expect(new Set(made.map(({ verb, name }) => `${verb} ${name}`))).toEqual(new Set([`delete ${leader}`]));
        expect(await podNamed(leader)).toBeUndefined();
        expect(await readyControllers()).toBe(3);
        const { report } = await run('--kubeconfig', own.kubeconfigs.admin);
        expect(codesOf(report)).not.toContain('kube-ovn/subnet-not-ready');
      } catch (error) {
        throw new Error(`The bot said:\n${bot.said()}`, { cause: error });
      } finally {
        await bot.stop();
        await workspace.close();
        await redis.stop();
      }
    }, 480_000);

    async function run(...where: string[]): Promise<{ exitCode: number; report: RunReport }> {
      const { exitCode, output, said } = await triage('run', 'subnet', ...where, '--output', 'json');
      if (output === '') throw new Error(`Nothing was printed.\n${said}`);
      return { exitCode, report: JSON.parse(output) as RunReport };
    }

    async function granted(mode: 'observe' | 'remediate'): Promise<string> {
      const { output } = await triage('rbac', '--playbook', 'subnet', '--mode', mode);
      return grant(output, own.admin, own.kubeconfigs.admin, folder);
    }

    type Line = {
      readonly verb: string;
      readonly userAgent: string;
      readonly user: { readonly username: string };
      readonly objectRef?: { readonly name?: string };
      readonly requestObject?: {
        readonly dryRun?: readonly string[];
        readonly preconditions?: { readonly uid: string };
      };
      readonly responseStatus?: { readonly code: number };
    };

    /** What the product asked for with the account of the printed rules, oldest first. */
    async function asked(): Promise<Line[]> {
      return audited<Line>(
        own,
        ({ userAgent, user }) => userAgent === 'cluster-triage' && user.username === accountUser,
      );
    }

    function outline({ verb, objectRef, requestObject, responseStatus }: Line) {
      return {
        verb,
        name: objectRef?.name,
        uid: requestObject?.preconditions?.uid,
        dryRun: requestObject?.dryRun?.includes('All') === true,
        answer: responseStatus?.code,
      };
    }

    function tried(pod: Pod | undefined) {
      return { verb: 'delete', name: leader, uid: pod?.metadata.uid, dryRun: true, answer: 200 };
    }

    type Pod = { readonly metadata: { readonly uid: string } };

    async function podNamed(name: string): Promise<Pod | undefined> {
      const { status, body } = await own.admin.request('GET', `/api/v1/namespaces/kube-system/pods/${name}`);
      return status === 404 ? undefined : (JSON.parse(body) as Pod);
    }

    async function readyControllers(): Promise<number | undefined> {
      const metadata = { name: 'kube-ovn-controller', namespace: 'kube-system' };
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
      return (await own.admin.get<{ status: { readyReplicas?: number } }>(deployment)).status.readyReplicas;
    }
  });
}

/** What a report says, without the times that differ between a file and a cluster. */
function summaryOf({ findings, verdicts }: RunReport) {
  return {
    verdicts: verdicts.map(({ check, is }) => `${check} ${is}`),
    findings: findings.map(({ code, severity, about, remedies }) => ({
      code,
      severity,
      about: `${about.kind} ${about.name}`,
      remedies: remedies.map(({ id }) => id),
    })),
  };
}

function codesOf({ findings }: RunReport): string[] {
  return findings.map(({ code }) => code);
}
