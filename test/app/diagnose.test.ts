import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { detect, platformSight } from '../../src/app/detect.ts';
import { diagnose } from '../../src/app/diagnose.ts';
import { memoisedReader } from '../../src/app/memoised-reader.ts';
import { type Check, defineCheck } from '../../src/core/check.ts';
import { CannotRead, DoesNotApply } from '../../src/core/errors.ts';
import type { FindingCode } from '../../src/core/finding.ts';
import { defineKind, objectWith } from '../../src/core/kind.ts';
import { list } from '../../src/core/read.ts';
import type { ClusterReader } from '../../src/core/reader.ts';
import { referenceTo } from '../../src/core/reference.ts';
import { defineRemedy } from '../../src/core/remedy.ts';
import { readerOf } from './cluster-of.ts';

const Thing = defineKind({
  name: 'Thing',
  plural: 'things',
  apiVersions: ['example.com/v1'],
  namespaced: false,
  schema: objectWith({ status: z.object({ broken: z.boolean() }) }),
});
const Secretive = defineKind({ ...Thing, plural: 'secretives' });
const things = {
  'things.example.com': [
    { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, status: { broken: true } },
    { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'b' }, status: { broken: false } },
  ],
};

const guarded = defineRemedy({
  id: 'example/mend',
  how: 'manual',
  does: 'Mend the thing.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['When it is not broken.'],
  reads: [list(Secretive)],
  changes: [],
  proof: { withinSeconds: 1, holdSeconds: 1 },
  input: z.object({}),
  async plan({ cluster }) {
    await cluster.list(Secretive);
    return {
      preconditions: [],
      steps: [{ does: 'Mend it.' }],
      effect: 'It is mended.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});

function aCheck(id: FindingCode, more: Partial<Parameters<typeof defineCheck>[0]> = {}): Check {
  return defineCheck({
    id,
    asks: 'Is everything whole?',
    appliesTo: () => true,
    reads: [list(Thing)],
    findings: { [id]: { severity: 'warning', title: 'Something is broken' } },
    remedies: [guarded],
    settings: z.unknown(),
    async look({ cluster }) {
      const all = await cluster.list(Thing);
      const broken = all.filter(({ status }) => status.broken);
      return {
        measured: [{ what: 'Whole things', is: `${all.length - broken.length} of ${all.length}` }],
        findings: broken.map((thing) => ({
          code: id,
          about: referenceTo(thing),
          says: `${thing.metadata.name} is broken; its token=hunter2 leaked.`,
          confidence: [0.9, 'It says so.'] as const,
          evidence: [
            { from: 'status.broken', says: 'It is true.', lines: ['\u001B[31mred\u001B[0m password=hunter2'] },
          ] as const,
          remedies: [guarded.with({})],
        })),
      };
    },
    ...more,
  });
}

async function look(checks: readonly Check[], reader: ClusterReader, timeout = 1000) {
  return diagnose({
    catalogue: { checks },
    checks,
    reader: memoisedReader(reader),
    platform: { kubernetes: {} },
    target: {},
    now: new Date('2026-01-05T10:00:00Z'),
    settings: {},
    checkTimeoutMilliseconds: timeout,
  });
}

describe('diagnose', () => {
  test('reports what was found with redacted, plain evidence, and what was measured', async () => {
    const { findings, verdicts } = await look([aCheck('example/whole')], readerOf(things));
    expect(findings[0]?.says).toBe('a is broken; its token=[redacted] leaked.');
    expect(findings[0]?.evidence[0]?.lines).toEqual(['red password=[redacted]']);
    expect(verdicts[0]?.measured).toEqual([{ what: 'Whole things', is: '1 of 2' }]);
  });

  test('makes one request for what two checks read, and gives both the same failure', async () => {
    const reader = readerOf(things, (what) =>
      what === 'list things.example.com' ? new CannotRead(what, 'denied', 'no') : undefined,
    );
    const { verdicts } = await look([aCheck('example/one'), aCheck('example/two')], reader);
    expect(reader.requests).toEqual(['list things.example.com']);
    expect(verdicts.map(({ is }) => is)).toEqual(['unknown', 'unknown']);
  });

  test('says unknown, not clear, when a check may not read, and goes on with the others', async () => {
    const other = aCheck('example/other', { reads: [], look: async () => ({ measured: [], findings: [] }) });
    const reader = readerOf(things, (what) => new CannotRead(what, 'denied', 'the API server refuses it'));
    const { verdicts } = await look([aCheck('example/whole'), other], reader);
    expect(verdicts.map(({ is }) => is)).toEqual(['unknown', 'clear']);
    expect(verdicts[0]?.because).toBe(
      'Could not list things.example.com: the API server refuses it. Add that rule to the role of the bot: npm run -s triage -- rbac --mode observe prints all that it needs.',
    );
  });

  test('asks for no rule where the token is refused as a whole', async () => {
    const reader = readerOf(things, (what) => new CannotRead(what, 'denied', 'Unauthorized'));
    const { verdicts } = await look([aCheck('example/whole')], reader);
    expect(verdicts[0]).toMatchObject({ is: 'unknown', because: 'Could not list things.example.com: Unauthorized.' });
  });

  test('says not applicable when a look learns that what it asks about does not run here', async () => {
    const because = 'No pod runs it here. Ask the nodes.';
    const elsewhere = aCheck('example/elsewhere', { look: async () => Promise.reject(new DoesNotApply(because)) });
    const { verdicts } = await look([elsewhere], readerOf(things));
    expect(verdicts[0]).toMatchObject({ is: 'not-applicable', because });
  });

  test('says that a check does not apply where only its look could tell, and why', async () => {
    const other = aCheck('example/other', {
      look: async () => {
        throw new DoesNotApply('No pod runs it here.');
      },
    });
    const { verdicts, findings } = await look([other], readerOf(things));
    expect(verdicts).toEqual([expect.objectContaining({ is: 'not-applicable', because: 'No pod runs it here.' })]);
    expect(findings).toEqual([]);
  });

  test('refuses a read that the check did not declare', async () => {
    const { verdicts } = await look([aCheck('example/whole', { reads: [] })], readerOf(things));
    expect(verdicts[0]).toMatchObject({
      is: 'unknown',
      because: expect.stringContaining('does not declare this read'),
    });
  });

  test('says unknown for a check that breaks or takes too long', async () => {
    const breaks = aCheck('example/breaks', { look: async () => Promise.reject(new Error('oops')) });
    const hangs = aCheck('example/hangs', { look: async () => new Promise(() => undefined) });
    const { verdicts } = await look([breaks, hangs], readerOf(things), 20);
    expect(verdicts[0]?.because).toContain('oops');
    expect(verdicts[1]?.because).toContain('it took longer than 0.02 s');
  });

  test('says unknown when a check finds a code that is not in its catalogue', async () => {
    const stray = aCheck('example/stray', { findings: {} });
    const { verdicts, findings } = await look([stray], readerOf(things));
    expect([verdicts[0]?.is, findings]).toEqual(['unknown', []]);
  });

  test('keeps a finding whose remedy cannot be worked out, and says why it is not offered', async () => {
    const reader = readerOf(things, (what) =>
      what.includes('secretives') ? new CannotRead(what, 'denied', 'no') : undefined,
    );
    const { findings, verdicts } = await look([aCheck('example/whole')], reader);
    expect(verdicts[0]?.is).toBe('found');
    expect(findings[0]?.remedies[0]?.preconditions).toEqual([
      expect.objectContaining({ holds: 'unknown', because: expect.stringContaining('list secretives.example.com') }),
    ]);
  });

  test('tells how far it is', async () => {
    const onProgress = jest.fn();
    const checks = [aCheck('example/one'), aCheck('example/two')];
    await diagnose({
      catalogue: { checks },
      checks,
      reader: readerOf(things),
      platform: { kubernetes: {} },
      target: {},
      now: new Date(),
      settings: {},
      checkTimeoutMilliseconds: 1000,
      onProgress,
    });
    expect(onProgress.mock.calls.map(([progress]) => (progress as { done: number }).done)).toEqual([0, 1, 2]);
  });
});

describe('the platform', () => {
  const kubeOvn = {
    product: 'kubeOvn' as const,
    reads: [list(Thing)],
    detect: async (cluster: ClusterReader) => {
      await cluster.list(Thing);
      return { namespace: 'kube-system', version: 'v1.9.8' };
    },
  };

  test('names the products that were detected and the version of Kubernetes', async () => {
    expect(await detect(readerOf(things), [kubeOvn])).toEqual({
      kubernetes: { version: 'v1.30.4' },
      kubeOvn: { namespace: 'kube-system', version: 'v1.9.8' },
    });
  });

  test('makes a check unknown, not not-applicable, when a product could not be looked for', async () => {
    const reader = readerOf(things, (what) =>
      what.startsWith('list') ? new CannotRead(what, 'denied', 'no') : undefined,
    );
    const platform = platformSight(await detect(reader, [kubeOvn]));
    const check = aCheck('example/whole', {
      appliesTo: ({ kubeOvn: found }) => found !== undefined || 'kube-ovn is not installed',
    });
    const { verdicts } = await diagnose({
      catalogue: { checks: [check] },
      checks: [check],
      reader,
      platform,
      target: {},
      now: new Date(),
      settings: {},
      checkTimeoutMilliseconds: 1000,
    });
    expect(verdicts[0]).toMatchObject({
      is: 'unknown',
      because: expect.stringContaining('tell whether kubeOvn is installed'),
    });
  });
});
