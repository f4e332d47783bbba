import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { isKubernetes, kubernetesClusters } from '../../src/adapters/kubernetes/clusters.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { inspectClusters } from '../../src/app/inspect.ts';
import { catalogue } from '../../src/catalogue.ts';
import { type AccessRule, accessManifests } from '../../src/core/access.ts';
import { type ClusterReport, standingOf } from '../../src/core/cluster-report.ts';
import { Registration } from '../../src/core/registration.ts';
import type { Manifest } from './control-plane/client.ts';
import { account, grant } from './service-account.ts';
import { openTestCluster } from './test-cluster.ts';

const { admin, kubeconfigs } = await openTestCluster();
let folder: string;
let granted: Manifest[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-triage-access-'));
});
afterAll(async () => {
  for (const manifest of granted.toReversed()) await admin.remove(manifest);
  await admin.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } });
  await admin.close();
  await rm(folder, { recursive: true });
});

/** Adds rules for the account and gives its kubeconfig. */
async function allow(rules: readonly AccessRule[]): Promise<string> {
  const manifests = accessManifests(rules, { name: 'cluster-triage-access-test', account }) as Manifest[];
  granted = manifests;
  return grant(manifests.map((manifest) => `---\n${stringify(manifest)}`).join(''), admin, kubeconfigs.admin, folder);
}

async function inspected(kubeconfig: string): Promise<ClusterReport | undefined> {
  const registration = Registration.parse({ name: 'real', mode: 'remediate', connect: { kubeconfig } });
  if (!isKubernetes(registration)) throw new Error('It is inspected on a real cluster.');
  const clusters = kubernetesClusters(() => [registration], systemClock);
  const [report] = await inspectClusters([registration], { catalogue, clusters, clock: systemClock });
  await clusters.close();
  return report;
}

describe('what an inspection says about a real API server', () => {
  test('is that every rule is missing for an account without rights, and that none is once exactly those were added', async () => {
    const before = await inspected(await allow([]));
    expect(before).toMatchObject({ reached: { is: 'yes' }, platform: { kubernetes: { version: expect.any(String) } } });
    expect(before && standingOf(before)).toBe('missing');
    expect(before?.playbooks.filter(({ is }) => is === 'complete' || is === 'unknown')).toEqual([]);
    const after = await inspected(await allow(before?.missing ?? []));
    expect(after?.missing).toEqual([]);
    expect(after && standingOf(after)).toBe('complete');
  }, 120_000);
});
