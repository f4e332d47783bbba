import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { catalogue } from '../../../src/catalogue.ts';
import { accessManifests } from '../../../src/core/access.ts';
import { groupOf } from '../../../src/core/kind.ts';
import type { World } from '../../../src/core/world.ts';
import { checkOf, loadWorld, worldNames } from '../../checks/worlds.ts';
import { triage } from '../bot.ts';
import { audited, openTestCluster } from '../test-cluster.ts';
import { isCustom } from '../world/definitions.ts';
import { type Accounts, openAccounts, rulesFor } from './accounts.ts';
import { chosenWorlds, notServed, notStorable } from './selection.ts';
import { openStage, type Stage } from './stage.ts';
import { runOn, runSimulated, takenBy, viewOf } from './view.ts';

const { admin, controlPlane } = await openTestCluster();
afterAll(async () => admin.close());

if (controlPlane === undefined) {
  test('shows no world on a cluster of somebody else', async () => {
    await expect(openStage(controlPlane)).rejects.toThrow(/API server of our own/);
  });
} else {
  describe('on a real API server, with no more rights than were printed for it', () => {
    let stage: Stage;
    let accounts: Accounts;

    beforeAll(async () => {
      stage = await openStage(controlPlane);
      accounts = openAccounts(stage.server);
    }, 120_000);
    afterAll(async () => stage.close());

    test('every world is of kinds that are served, but those that are listed with a reason', async () => {
      const served = await servedKinds(stage);
      const isServed = ({ apiVersion, kind }: World['objects'][number]): boolean =>
        isCustom(groupOf(apiVersion)) || served.has(`${apiVersion}/${kind}`);
      const not = worldNames.filter((name) => !loadWorld(name).objects.every(isServed));
      expect(Object.keys(notServed).sort()).toEqual(not);
    });

    test.each(Object.entries(notStorable))('%s is refused, as its listed reason says', async (name, says) => {
      await expect(stage.show(loadWorld(name))).rejects.toThrow(says);
    });

    test.each(chosenWorlds())('every playbook that is about it says of %s what it says in memory', async (name) => {
      const check = checkOf(name);
      const { world } = await stage.show(loadWorld(name));
      const playbooks = catalogue.playbooks.filter(({ checks }) => checks.some(({ id }) => id === check));
      for (const playbook of playbooks) {
        const inMemory = await runSimulated(world, playbook);
        const identity = await accounts.bound(rulesFor(playbook.id, inMemory.platform));
        const clusters = await stage.clustersFor(identity);
        const throughApi = await runOn(await clusters.open('prod-sh'), playbook, world);
        expect({ playbook: playbook.id, ...viewOf(throughApi) }).toEqual({
          playbook: playbook.id,
          ...viewOf(inMemory),
        });
        // A playbook that cannot be pointed at the world's target looks at everything.
        if (Object.keys(takenBy(playbook, world)).length < Object.keys(world.target ?? {}).length) continue;
        const found = throughApi.findings.filter((finding) => finding.check === check).map(({ code }) => code);
        expect([...new Set(found)].sort()).toEqual(world.expect?.found);
      }
      expect(playbooks.length).toBeGreaterThan(0);
    });

    test.each(catalogue.playbooks.map(({ id }) => id))('%s had the rights that are printed for it', async (id) => {
      const { output } = await triage('rbac', '--playbook', id, '--mode', 'observe');
      const printed = parseAllDocuments(output).map((document): unknown => document.toJS());
      const account = { name: 'cluster-triage', namespace: 'cluster-triage' };
      const granted = accessManifests(rulesFor(id, { kubernetes: {} }), { name: 'cluster-triage-observe', account });
      expect(printed).toEqual(JSON.parse(JSON.stringify(granted)));
    });

    test('nothing was asked but to read, nothing was refused, and nothing secret was asked for', async () => {
      const asked = await audited<Line>(stage.server, ({ userAgent }) => userAgent === 'cluster-triage');
      expect(asked.length).toBeGreaterThan(1000);
      expect(asked.filter(({ verb }) => verb !== 'get' && verb !== 'list')).toEqual([]);
      expect(asked.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
      const isTooMuch = ({ resource = '', subresource = '' }: NonNullable<Line['objectRef']>): boolean =>
        resource === 'secrets' ||
        ['exec', 'attach', 'portforward'].includes(subresource) ||
        (resource === 'nodes' && subresource === 'proxy');
      expect(asked.filter(({ objectRef }) => objectRef !== undefined && isTooMuch(objectRef))).toEqual([]);
    });
  });
}

type Line = {
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code: number };
};

/** `apps/v1/Deployment`: every kind that the server brings itself. */
async function servedKinds({ server }: Stage): Promise<Set<string>> {
  const get = async <Shape>(path: string): Promise<Shape> =>
    JSON.parse((await server.admin.request('GET', path)).body) as Shape;
  const { groups } = await get<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
  const versions = ['v1', ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
  const lists = await Promise.all(
    versions.map(async (version) => {
      const path = version === 'v1' ? '/api/v1' : `/apis/${version}`;
      const { resources } = await get<{ resources: { kind: string }[] }>(path);
      return resources.map(({ kind }) => `${version}/${kind}`);
    }),
  );
  return new Set(lists.flat());
}
