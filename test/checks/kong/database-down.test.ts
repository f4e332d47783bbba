import { describe, expect, test } from '@jest/globals';
import { playbooks } from '../../../playbooks/index.ts';
import type { Playbook } from '../../../src/core/playbook.ts';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'kong/database-down';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function offer(world: string, id: string): Promise<ReportedRemedy> {
  const remedy = (await onlyFinding(world)).remedies.find((one) => one.id === id);
  if (remedy === undefined) throw new TypeError(`${id} is not offered in ${world}`);
  return remedy;
}

function refusals({ preconditions }: ReportedRemedy): string[] {
  return preconditions.filter(({ holds }) => holds === 'no' || holds === 'unknown').map(({ because }) => because);
}

describe('a database that is gone', () => {
  test('is found without any log, and what is not known of writes is said', async () => {
    const finding = await onlyFinding('no-log-of-the-controller');
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.9 });
    expect(finding.says).toMatch(/scaled to zero\..*Whether that has happened is not known: .*no replica has a log\.$/);
  });

  test('is critical while writes fail, and the evidence says which lines have nothing to do with it', async () => {
    const finding = await onlyFinding('pods-moved');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.9,
      about: { kind: 'StatefulSet', namespace: 'kong', name: 'kong-postgresql' },
    });
    expect(finding.says).toMatch(/scaled to zero\..*not been able to write to Kong for 28 min \(8 lines/);
    expect(finding.evidence.map(({ says }) => says)).toEqual([
      '0 addresses are ready. StatefulSet kong/kong-postgresql wants 0 replicas.',
      expect.stringMatching(/^8 lines .* writes to Kong that failed/),
      expect.stringMatching(/cannot use the database/),
      expect.stringMatching(/cannot use the database/),
      expect.stringMatching(/^Konga is not ready either/),
      expect.stringMatching(/^9 lines .*Service that an Ingress names.*nothing to do with the database/),
    ]);
  });

  test('is a warning while nothing had to be written', async () => {
    const finding = await onlyFinding('latent');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
    expect(finding.says).toMatch(/Nothing is lost yet.*next pod that gets a new address/);
  });

  test('is an outage where a newer chart takes every proxy out of service', async () => {
    expect((await onlyFinding('no-proxy-ready')).says).toMatch(
      /No Kong proxy is ready either, so every request fails\./,
    );
  });

  test.each([
    ['no-such-service', 'there is no such Service'],
    ['selects-nothing', 'its Service selects no pod'],
    ['image-withdrawn', 'its image cannot be pulled'],
    ['pending', 'its pod waits for a node or a volume'],
    ['crash-loop', 'it crashes again and again'],
    ['ended', 'its pod has ended'],
    ['not-ready', 'its pod is not ready'],
  ])('says why: %s', async (world, why) => {
    expect((await onlyFinding(world)).says).toContain(`does not answer: ${why}.`);
  });

  test.each(['old-cluster', 'first-controller', 'newest-controller'])(
    'is told by the controller in the words of its release: %s',
    async (world) => {
      expect(await onlyFinding(world)).toMatchObject({ severity: 'critical' });
    },
  );
});

describe('a database of which only Kong can tell', () => {
  test.each([
    ['outside', 0.8, /cannot use its database, pg\.example\.com, although nothing more can be seen/],
    ['too-many-clients', 0.8, /runs, but has no connection left for Kong/],
    ['only-the-controller-tells', 0.7, /although its Service has ready endpoints/],
  ])('is found with less certainty: %s', async (world, confidence, says) => {
    const finding = await onlyFinding(world);
    expect(finding.confidence).toBe(confidence);
    expect(finding.says).toMatch(says);
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kong/repair-database']);
  });
});

test.each([
  'well',
  'without-database',
  'missing-services-only',
  'recovered',
  'long-ago',
  'one-replica-left',
  'outside-fine',
  'external-name',
])('stays clear: %s', async (world) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('clear');
  expect(verdict.measured[0]?.what).toMatch(/^Database of Kong/);
});

describe('scaling it back', () => {
  test('restarts nothing, and asks to confirm a count that nobody wrote down', async () => {
    const remedy = await offer('pods-moved', 'kong/scale-database');
    expect(remedy).toMatchObject({ allowed: true, reversible: true });
    expect(remedy.preconditions.map(({ holds }) => holds)).toEqual(['yes', 'yes', 'yes', 'yes', 'confirm']);
    expect(remedy.steps[0]).toMatchObject({
      does: 'Scale StatefulSet kong/kong-postgresql from 0 to 1.',
      change: { change: 'patch-object', subresource: 'scale', patch: { spec: { replicas: 1 } } },
    });
  });

  test('goes back to the number that was written down', async () => {
    const remedy = await offer('count-written-down', 'kong/scale-database');
    expect(remedy.steps[0]?.change).toMatchObject({ patch: { spec: { replicas: 2 } } });
  });

  test.each([
    ['in-another-namespace', /in data, and Kong in kong/],
    ['managed-by-argo-cd', /Argo CD manages it .*take the change back/],
    ['managed-by-an-operator', /postgresql kong-postgresql manages it/],
    ['volume-lost', /data-kong-postgresql-0 is Lost/],
  ])('is refused, and says why: %s', async (world, because) => {
    const remedy = await offer(world, 'kong/scale-database');
    expect(remedy.allowed).toBe(false);
    expect(refusals(remedy)).toEqual([expect.stringMatching(because)]);
  });
});

describe('restarting its pod', () => {
  test('is offered when the log tells of no damage, and says that it is the only replica', async () => {
    const remedy = await offer('crash-loop', 'kong/restart-database-pod');
    expect(remedy.allowed).toBe(true);
    expect(remedy.preconditions.at(-1)).toMatchObject({ holds: 'confirm', because: expect.stringMatching(/^Yes: /) });
    expect(remedy.steps[0]?.change).toEqual({
      change: 'delete-pod',
      namespace: 'kong',
      name: 'kong-postgresql-0',
      uid: expect.any(String),
    });
  });

  test.each([
    ['crash-loop-volume-full', /its volume is full/],
    ['crash-loop-damaged', /it stopped in panic/],
    ['not-ready-yet', /without being ready for 2 min; after 5 minutes/],
    ['no-log', /The pod has no log to read/],
  ])('is refused, and says why: %s', async (world, because) => {
    const remedy = await offer(world, 'kong/restart-database-pod');
    expect(remedy.allowed).toBe(false);
    expect(refusals(remedy)).toEqual([expect.stringMatching(because)]);
  });

  test.each(['image-withdrawn', 'pending', 'no-such-service'])(
    'is not offered where it cannot help: %s',
    async (world) => {
      expect((await onlyFinding(world)).remedies.map(({ id }) => id)).toEqual(['kong/repair-database']);
    },
  );
});

describe('the instructions', () => {
  test('name the withdrawn image, and what to do instead', async () => {
    const steps = (await offer('image-withdrawn', 'kong/repair-database')).steps.map(({ does }) => does).join('\n');
    expect(steps).toMatch(/bitnami\/postgresql:13\.6\.0 cannot be pulled/);
    expect(steps).toMatch(/bitnami\/containers#83267.*bitnamilegacy/);
    const misspelt = await offer('image-misspelt', 'kong/repair-database');
    expect(misspelt.steps.map(({ does }) => does).join('\n')).not.toMatch(/bitnami/);
  });

  test('quote what Kubernetes warns of', async () => {
    const steps = (await offer('pending', 'kong/repair-database')).steps.map(({ does }) => does);
    expect(steps).toContainEqual(expect.stringMatching(/\(FailedMount\): Unable to attach or mount volumes/));
  });

  test('say to touch nothing of Kong', async () => {
    const steps = (await offer('pods-moved', 'kong/repair-database')).steps.map(({ does }) => does);
    expect(steps.at(-1)).toMatch(/^Touch nothing of Kong: within about 3 s/);
  });

  test('hold no word that a shell would obey, and no secret', async () => {
    const shown = JSON.stringify(await onlyFinding('hostile'));
    expect(shown).not.toMatch(/0123456789abcdef|\\u001b/);
    const steps = (await onlyFinding('hostile')).remedies[0]?.steps.map(({ does }) => does).join('\n') ?? '';
    expect(steps).not.toMatch(/pg_isready -h <!channel>/);
  });
});

describe('the playbook', () => {
  const ingress = playbooks.find(({ id }) => id === 'ingress') as Playbook;

  test('puts the database above the stale targets, and leaves the missing Service beside them', async () => {
    const { findings } = await runOn(loadWorld(`${check}/pods-moved`), ingress);
    expect(findings.map(({ code, causedBy }) => [code, causedBy])).toEqual([
      ['kong/database-down', []],
      ['kong/database-unreachable', ['kong/database-down']],
      ['kong/stale-targets', ['kong/database-down', 'kong/database-unreachable']],
      ['ingress/backend-missing', []],
    ]);
  });

  test('pointed at the host that fails, does not mention the missing Service of another', async () => {
    const world = { ...loadWorld(`${check}/pods-moved`), target: { host: 'orders.example.com' } };
    const { findings } = await runOn(world, ingress);
    expect(findings.map(({ code }) => code)).toEqual([
      'kong/database-down',
      'kong/database-unreachable',
      'kong/stale-targets',
    ]);
  });

  test('offers one change only: every restart of Kong is refused while the database is gone', async () => {
    const { findings } = await runOn(loadWorld(`${check}/pods-moved`), ingress);
    const changes = findings.flatMap(({ remedies }) => remedies.filter(({ how }) => how === 'change'));
    expect(changes.filter(({ allowed }) => allowed).map(({ id }) => id)).toEqual(['kong/scale-database']);
    expect(changes.filter(({ allowed }) => !allowed).map(({ id }) => id)).toEqual(['kong/restart-controller']);
  });

  test('finds nothing where all is well', async () => {
    const { findings, verdicts } = await runOn(loadWorld(`${check}/well`), ingress);
    expect(findings).toEqual([]);
    expect(new Set(verdicts.map(({ is }) => is))).toEqual(new Set(['clear']));
  });
});
