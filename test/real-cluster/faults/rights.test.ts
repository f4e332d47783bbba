import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { catalogue } from '../../../src/catalogue.ts';
import type { AccessRule } from '../../../src/core/access.ts';
import type { Playbook } from '../../../src/core/playbook.ts';
import type { RunReport } from '../../../src/core/run.ts';
import type { World } from '../../../src/core/world.ts';
import { loadWorld } from '../../checks/worlds.ts';
import { openTestCluster } from '../test-cluster.ts';
import { type Accounts, openAccounts, rulesFor } from './accounts.ts';
import { completeWorld } from './complete.ts';
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
      const definition = await worldThatNeeds(rule, playbook);
      const { world } = await stage.show(definition);
      const rules = rulesFor(playbook.id, { kubernetes: {} }).filter((other) => title(other) !== title(rule));
      const clusters = await stage.clustersFor(await accounts.bound(rules));
      const throughApi = await runOn(await clusters.open('prod-sh'), playbook, world);
      expect(viewOf(throughApi)).toEqual(viewOf(await runSimulated(world, playbook, denialOf(rule))));
      const free = await runSimulated(world, playbook);
      const sentences = unknownsOf(throughApi).filter((sentence) => !unknownsOf(free).includes(sentence));
      expect(sentences.length).toBeGreaterThan(0);
      for (const sentence of sentences) expect(sentence).toMatch(missing(rule));
    });
  });
}

/** What is refused when a rule is missing, as a world writes it. */
function denialOf({ apiGroups, resources, nonResourceURLs, verbs }: AccessRule): World['denied'] {
  const named = resources.flatMap((resource) =>
    apiGroups.map((group) => {
      const [plural = '', subresource] = resource.split('/');
      const full = group === '' ? plural : `${plural}.${group}`;
      return subresource === undefined ? full : `${full}/${subresource}`;
    }),
  );
  const denied = [...named, ...(nonResourceURLs ?? [])];
  return denied.flatMap((resource) => verbs.map((verb) => ({ verb: verb === 'list' ? 'list' : 'get', resource })));
}

/** The first world of the playbook's checks in which something cannot be said without this rule. */
async function worldThatNeeds(rule: AccessRule, playbook: Playbook): Promise<World> {
  for (const name of playbook.checks.flatMap(({ id }) => foundWorlds(id, Infinity))) {
    const world = completeWorld(loadWorld(name));
    const free = await runSimulated(world, playbook);
    const isElsewhere = rulesFor(playbook.id, free.platform).every((other) => title(other) !== title(rule));
    if (isElsewhere) continue;
    const denied = await runSimulated(world, playbook, denialOf(rule));
    if (unknownsOf(denied).some((sentence) => !unknownsOf(free).includes(sentence))) return loadWorld(name);
  }
  throw new Error(`No world shows what ${playbook.id} needs this rule for: ${title(rule)}.`);
}

/** Every sentence of a report that says why something is not known. */
function unknownsOf({ verdicts, findings }: RunReport): string[] {
  const guards = findings.flatMap(({ remedies }) => remedies.flatMap(({ preconditions }) => preconditions));
  return [...verdicts.filter(({ is }) => is === 'unknown'), ...guards.filter(({ holds }) => holds === 'unknown')].map(
    ({ because = '' }) => because,
  );
}

/** How Kubernetes names the rule that somebody would have to add. */
function missing({ apiGroups, resources, nonResourceURLs, verbs }: AccessRule): RegExp {
  if (nonResourceURLs !== undefined) return new RegExp(`cannot get path \\\\?"${nonResourceURLs[0]}`);
  const any = (words: readonly string[]): string => `(${words.join('|')})`;
  return new RegExp(
    `cannot ${any(verbs)} resource \\\\?"${any(resources)}\\\\?" in API group \\\\?"${any(apiGroups)}\\\\?"`,
  );
}
