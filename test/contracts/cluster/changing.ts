import { expect } from '@jest/globals';
import type { Change } from '../../../src/core/change.ts';
import { CannotChange } from '../../../src/core/errors.ts';
import type { KubernetesObject } from '../../../src/core/kind.ts';
import { approved } from '../approved.ts';
import { uniqueName } from './examinee.ts';
import { ConfigMap, configMap, Deployment, deployment, Gauge, gauge, namespace } from './objects.ts';
import { expectCannotChange, type Prepare, questions, writerOf } from './question.ts';

const otherUid = '00000000-0000-4000-8000-000000000000';

type Patch = Extract<Change, { change: 'patch-object' }>;

function patchOf(object: KubernetesObject, plural: string, patch: Record<string, unknown>): Patch {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { apiVersion, kind } = object;
  return { change: 'patch-object', apiVersion, kind, plural, namespace, name, uid, resourceVersion, patch };
}

async function withGauge(prepare: Prepare) {
  const home = uniqueName('exam');
  const written = gauge(home, 'front', 1, { labels: { app: 'web', tier: 'front' } });
  const spec = { level: 1, limits: { low: 1, high: 9 }, hidden: { deep: [1, 2] } };
  const examinee = await prepare([namespace(home), { ...written, spec, status: { reading: 'full' } }]);
  const cluster = await examinee.open({ identity: 'admin' });
  const read = () => cluster.reader.need(Gauge, { namespace: home, name: 'front' });
  return { writer: writerOf(cluster), read, seen: await read() };
}

async function withDeployment(prepare: Prepare) {
  const home = uniqueName('exam');
  const examinee = await prepare([namespace(home), deployment(home, 'web', 0)]);
  const cluster = await examinee.open({ identity: 'admin' });
  const read = () => cluster.reader.need(Deployment, { namespace: home, name: 'web' });
  const scaleTo = async (replicas: unknown): Promise<Change> => ({
    ...patchOf(await read(), 'deployments', { spec: { replicas } }),
    subresource: 'scale',
  });
  return { writer: writerOf(cluster), read, scaleTo };
}

/** Looks and changes again when a controller wrote the status of the object in between. */
async function unlessMoved<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let left = 20; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof CannotChange) || error.reason !== 'moved') throw error;
    }
  }
}

export const changing = questions({
  'merges a patch into an object: sets, replaces, removes with null, and leaves the rest': async (prepare) => {
    const { writer, read, seen } = await withGauge(prepare);
    const patch = {
      metadata: { labels: { tier: null, zone: 'b' } },
      spec: { level: 2, limits: { low: null, middle: 5 } },
    };
    await writer.apply(approved(patchOf(seen, 'gauges', patch)), 0);

    const after = await read();
    expect(after.metadata).toMatchObject({ uid: seen.metadata.uid, labels: { app: 'web', zone: 'b' } });
    expect(Object.keys(after.metadata.labels)).not.toContain('tier');
    expect(after.spec).toEqual({ level: 2, limits: { high: 9, middle: 5 } });
    expect(after.status).toEqual({ reading: 'full' });
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(seen.metadata.resourceVersion));
    expect(after.metadata.generation).toBe((seen.metadata.generation ?? 1) + 1);
  },

  'replaces an array as a whole': async (prepare) => {
    const { writer, seen } = await withGauge(prepare);
    const tried = await writer.dryRun(patchOf(seen, 'gauges', { spec: { hidden: { deep: [3] } } }));
    expect(tried).toMatchObject({
      before: { spec: { hidden: { deep: [1, 2] } } },
      after: { spec: { hidden: { deep: [3] } } },
    });
  },

  'leaves an object alone that changed since it was seen': async (prepare) => {
    const { writer, read, seen } = await withGauge(prepare);
    const first = patchOf(seen, 'gauges', { spec: { level: 2 } });
    await writer.apply(approved(first), 0);
    const late = patchOf(seen, 'gauges', { spec: { level: 3 } });
    await expectCannotChange(writer.dryRun(late), 'moved');
    await expectCannotChange(writer.apply(approved(late), 0), 'moved');
    await expectCannotChange(writer.apply(approved(first), 0), 'moved');
    expect((await read()).spec.level).toBe(2);
  },

  'leaves an object alone that is not the one that was seen, or gone': async (prepare) => {
    const { writer, read, seen } = await withGauge(prepare);
    const patch = patchOf(seen, 'gauges', { spec: { level: 2 } });
    for (const moved of [{ uid: otherUid }, { name: 'side' }]) {
      await expectCannotChange(writer.dryRun({ ...patch, ...moved }), 'moved');
      await expectCannotChange(writer.apply(approved({ ...patch, ...moved }), 0), 'moved');
    }
    expect(await read()).toEqual(seen);
  },

  'tries a patch without a trace, and shows the object before and after': async (prepare) => {
    const { writer, read, seen } = await withGauge(prepare);
    const tried = await writer.dryRun(patchOf(seen, 'gauges', { spec: { level: 2 } }));
    expect(tried).toMatchObject({
      before: { kind: 'Gauge', metadata: { uid: seen.metadata.uid }, spec: { level: 1, hidden: { deep: [1, 2] } } },
      after: { kind: 'Gauge', metadata: { uid: seen.metadata.uid }, spec: { level: 2, hidden: { deep: [1, 2] } } },
    });
    expect(await read()).toEqual(seen);
  },

  'changes no status through the object itself': async (prepare) => {
    const { writer, read, seen } = await withGauge(prepare);
    await writer.apply(approved(patchOf(seen, 'gauges', { spec: { level: 2 }, status: { reading: 'empty' } })), 0);
    expect(await read()).toMatchObject({ spec: { level: 2 }, status: { reading: 'full' } });
  },

  'makes one step of several, the one it was asked for': async (prepare) => {
    const home = uniqueName('exam');
    const examinee = await prepare([namespace(home), configMap(home, 'one', {}), configMap(home, 'two', {})]);
    const { reader, ...cluster } = await examinee.open({ identity: 'admin' });
    const read = async (name: string) => reader.need(ConfigMap, { namespace: home, name });
    const patch = { data: { key: 'new' } };
    const steps = approved(
      patchOf(await read('one'), 'configmaps', patch),
      patchOf(await read('two'), 'configmaps', patch),
    );
    await writerOf({ reader, ...cluster }).apply(steps, 1);
    expect((await read('one')).data ?? {}).toEqual({});
    expect((await read('two')).data).toEqual({ key: 'new' });
  },

  'scales a workload': async (prepare) => {
    const { writer, read, scaleTo } = await withDeployment(prepare);
    await unlessMoved(async () => writer.apply(approved(await scaleTo(2)), 0));
    expect((await read()).spec.replicas).toBe(2);
  },

  'tries to scale a workload without a trace': async (prepare) => {
    const { writer, read, scaleTo } = await withDeployment(prepare);
    const tried = await unlessMoved(async () => writer.dryRun(await scaleTo(2)));
    expect(tried).toMatchObject({ before: { kind: 'Scale' }, after: { kind: 'Scale', spec: { replicas: 2 } } });
    expect((await read()).spec.replicas).toBe(0);
  },

  'refuses a patch that the API finds invalid': async (prepare) => {
    const { writer, read, scaleTo } = await withDeployment(prepare);
    const tries: (() => Promise<Change>)[] = [
      () => scaleTo(-1),
      () => scaleTo('two'),
      async () => patchOf(await read(), 'deployments', { metadata: { labels: { app: 'not a label!' } } }),
      async () => patchOf(await read(), 'deployments', { metadata: { name: 'other' } }),
    ];
    for (const patch of tries) {
      await expectCannotChange(
        unlessMoved(async () => writer.dryRun(await patch())),
        'invalid',
      );
      await expectCannotChange(
        unlessMoved(async () => writer.apply(approved(await patch()), 0)),
        'invalid',
      );
    }
    expect(await read()).toMatchObject({ metadata: { name: 'web', labels: {} }, spec: { replicas: 0 } });
  },
});
