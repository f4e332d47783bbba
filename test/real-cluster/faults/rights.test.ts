import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { catalogue } from '../../../src/catalogue.ts';
import { type AccessRule, accessRules } from '../../../src/core/access.ts';
import { canonicalJson } from '../../../src/core/canonical-json.ts';
import type { Playbook } from '../../../src/core/playbook.ts';
import type { RunReport } from '../../../src/core/run.ts';
import type { World } from '../../../src/core/world.ts';
import { loadWorld } from '../../checks/worlds.ts';
import { openTestCluster } from '../test-cluster.ts';
import { type Accounts, openAccounts, rulesFor } from './accounts.ts';
import { foundWorlds } from './selection.ts';
import { openStage, type Stage } from './stage.ts';
import { runOn, runSimulated, viewOf } from './view.ts';

const { admin, controlPlane } = await openTestCluster();
afterAll(async () => admin.close());

/** Of these playbooks every rule is taken away once; of the others a few, the same in every run. */
const whole = ['subnet', 'ingress'];
const few = 3;

/** Kubernetes lets everybody read these, whatever our rules say. */
const forEverybody = ['/version', '/readyz', '/livez', '/healthz'];

function title({ namespace, apiGroups, resources, nonResourceURLs, verbs }: AccessRule): string {
  const what = nonResourceURLs ?? resources.map((resource) => [resource, ...apiGroups.filter(Boolean)].join('.'));
  return `${verbs.join(' and ')} ${what.join(', ')}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

const cases = catalogue.playbooks.flatMap((playbook) => {
  const rules = rulesFor(playbook.id, { kubernetes: {} }).filter(
    ({ nonResourceURLs = [] }) => !nonResourceURLs.some((path) => forEverybody.includes(path)),
  );
  const lot = (rule: AccessRule): string =>
    createHash('sha256')
      .update(`${playbook.id} ${title(rule)}`)
      .digest('hex');
  const drawn = rules.toSorted((left, right) => (lot(left) < lot(right) ? -1 : 1));
  const chosen = whole.includes(playbook.id) ? rules : drawn.slice(0, few);
  return chosen.map((rule) => ({ playbook, rule, id: playbook.id, may: title(rule) }));
});

const notInstalled = 'No world of the playbook has the kind, and one that is not installed is not missed.';
const notThere = 'Read there for a product, or a version of one, that no world of the playbook has in that place.';

/** Rules whose absence no world of the playbook shows, and why. */
const noticedByNoWorld: Readonly<Record<string, string>> = {
  'ingress: get and list kubevirts.kubevirt.io': notInstalled,
  'ingress: get clusterinformations.crd.projectcalico.org.projectcalico.org': notInstalled,
  'ingress: get configmaps in kong': notThere,
  'ingress: get pods/log in kube-system': notThere,
  'metrics-api: get clusterinformations.crd.projectcalico.org.projectcalico.org': notInstalled,
  'subnet: get and list kubevirts.kubevirt.io': notInstalled,
  'subnet: get and list vips.kubeovn.io': notInstalled,
  'subnet: get clusterinformations.crd.projectcalico.org.projectcalico.org': notInstalled,
};
const withoutEffect: string[] = [];

if (controlPlane === undefined) {
  test('takes no rights away on a cluster of somebody else', async () => {
    await expect(openStage(controlPlane)).rejects.toThrow(/API server of our own/);
  });
} else {
  describe('on a real API server', () => {
    let stage: Stage;
    let accounts: Accounts;
    beforeAll(async () => {
      stage = await openStage(controlPlane);
      accounts = openAccounts(stage.server);
    }, 120_000);
    afterAll(async () => stage.close());

    test.each(cases)('$id says what it does not know, and only that, when it may not $may', async (one) => {
      const { playbook, rule } = one;
      const definition = await worldThatNeeds(rule, playbook, (world) => stage.whole(world));
      const { world } = await stage.show(definition ?? loadWorld(anyWorld(playbook)));
      const rules = rulesFor(playbook.id, { kubernetes: {} }).filter((other) => title(other) !== title(rule));
      const clusters = await stage.clustersFor(await accounts.bound(rules));
      const throughApi = await runOn(await clusters.open('prod-sh'), playbook, world);
      expect(viewOf(throughApi)).toEqual(viewOf(await runSimulated(world, playbook, rule)));
      const known = unknownsOf(await runSimulated(world, playbook));
      const fresh = [...unknownsOf(throughApi)].filter(([what]) => !known.has(what));
      for (const [, because] of fresh) expect(because).toMatch(missing(rule));
      expect(fresh.length > 0).toBe(definition !== undefined);
      if (definition === undefined) withoutEffect.push(`${playbook.id}: ${title(rule)}`);
    });

    test('only rules that are listed with a reason can be taken away without anybody noticing', () => {
      expect(withoutEffect.sort()).toEqual(Object.keys(noticedByNoWorld).sort());
    });
  });
}

/** The first world of checks that need this rule in which something cannot be said without it, if there is one. */
async function worldThatNeeds(rule: AccessRule, playbook: Playbook, whole: Stage['whole']): Promise<World | undefined> {
  const concerned = playbook.checks.filter(({ reads, remedies }) =>
    accessRules([...reads, ...remedies.flatMap((remedy) => remedy.reads)], []).some(
      (own) => canonicalJson([own.resources, own.apiGroups]) === canonicalJson([rule.resources, rule.apiGroups]),
    ),
  );
  // What only tells the platform is read on every world.
  const checks = concerned.length > 0 ? concerned : playbook.checks.slice(0, 1);
  for (const name of checks.flatMap(({ id }) => foundWorlds(id, Infinity))) {
    const world = whole(loadWorld(name));
    const free = await runSimulated(world, playbook);
    const isHere =
      canonicalJson(rulesFor(playbook.id, free.platform)) === canonicalJson(rulesFor(playbook.id, { kubernetes: {} }));
    if (!isHere) continue;
    const known = unknownsOf(free);
    const lacking = unknownsOf(await runSimulated(world, playbook, rule));
    if ([...lacking.keys()].some((what) => !known.has(what))) return loadWorld(name);
  }
  return undefined;
}

function anyWorld({ checks }: Playbook): string {
  const [name] = checks.flatMap(({ id }) => foundWorlds(id, 1));
  if (name === undefined) throw new Error('No world is found by any check.');
  return name;
}

/** Everything that a report does not know, with the sentence that says why. */
function unknownsOf({ platform, verdicts, findings }: RunReport): Map<string, string> {
  const ofChecks = verdicts.filter(({ is }) => is === 'unknown').map(({ check, because }) => [check, because] as const);
  const ofGuards = findings.flatMap(({ code, about, remedies }) =>
    remedies.flatMap(({ id, preconditions }) =>
      preconditions
        .filter(({ holds }) => holds === 'unknown')
        .map(({ asks, because }) => [`${code} ${about.name} ${id} ${asks}`, because] as const),
    ),
  );
  const ofPlatform = Object.entries(platform.unread ?? {});
  return new Map([...ofChecks, ...ofGuards, ...ofPlatform].map(([what, because]) => [what, because ?? '']));
}

/** How Kubernetes names the rule that somebody would have to add. */
function missing({ apiGroups, resources, nonResourceURLs, verbs }: AccessRule): RegExp {
  if (nonResourceURLs !== undefined) return new RegExp(`cannot get path "${nonResourceURLs[0]}`);
  const any = (words: readonly string[]): string => `(${words.join('|')})`;
  return new RegExp(`cannot ${any(verbs)} resource "${any(resources)}" in API group "${any(apiGroups)}"`);
}
