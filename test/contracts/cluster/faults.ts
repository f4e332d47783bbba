import { expect } from '@jest/globals';
import type { Change } from '../../../src/core/change.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { approved } from '../approved.ts';
import { type Opening, uniqueName } from './examinee.ts';
import { ConfigMap, configMap, Gauge, gauge, namespace } from './objects.ts';
import { eventually, expectCannotChange, expectCannotRead, type Prepare, questions, writerOf } from './question.ts';

const names = Array.from({ length: 12 }, (_, at) => `g-${String(at).padStart(2, '0')}`);

async function withFaults(prepare: Prepare, opening: Omit<Opening, 'identity'>) {
  const home = uniqueName('exam');
  const examinee = await prepare([
    namespace(home),
    configMap(home, 'one', { key: 'old' }),
    ...names.map((name, at) => gauge(home, name, at)),
  ]);
  const cluster = await examinee.open({ identity: 'admin', pageSize: 5, ...opening });
  const list = async () => (await cluster.reader.list(Gauge, { namespace: home })).map(({ metadata }) => metadata.name);
  return { home, cluster, list, sound: await examinee.open({ identity: 'admin' }) };
}

/** A patch of the ConfigMap that shows in its data, so that it can be seen how often it was made. */
async function patchOf(cluster: Cluster, home: string): Promise<Change> {
  const { metadata } = await cluster.reader.need(ConfigMap, { namespace: home, name: 'one' });
  const { uid, resourceVersion } = metadata;
  const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: home, name: 'one' };
  return { change: 'patch-object', ...object, uid, resourceVersion, patch: { data: { key: 'new' } } };
}

export const faults = questions({
  'starts a list again when its pages expired, and gives each object once': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'next-page', answer: 410, times: 1 }] });
    expect(await list()).toEqual(names);
  },

  'gives up a list whose pages expire every time': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'next-page', answer: 410, times: Infinity }] });
    await expectCannotRead(list(), 'expired');
  },

  'comes back later when the server asks for patience': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'read', answer: 429, times: 1 }] });
    expect(await list()).toEqual(names);
  },

  'says so when the server keeps asking for patience': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'read', answer: 429, times: Infinity }] });
    await expectCannotRead(list(), 'rate-limited');
  },

  'reads again after one server error': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'read', answer: 503, times: 1 }] });
    expect(await list()).toEqual(names);
  },

  'says so when the server keeps failing': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'read', answer: 503, times: Infinity }] });
    await expectCannotRead(list(), 'server-error');
  },

  'reads again after a broken connection': async (prepare) => {
    const { list } = await withFaults(prepare, { faults: [{ on: 'read', answer: 'lost', times: 1 }] });
    expect(await list()).toEqual(names);
  },

  'does not wait for ever for a server that says nothing': async (prepare) => {
    const { home, cluster, list } = await withFaults(prepare, {
      faults: [{ on: 'read', answer: 'silence', times: Infinity }],
      requestMilliseconds: 300,
    });
    await expectCannotRead(list(), 'timeout');
    await expectCannotRead(cluster.reader.find(ConfigMap, { namespace: home, name: 'one' }), 'timeout');
    await expectCannotRead(cluster.reader.logs({ namespace: home, pod: 'web-0', container: 'main' }), 'timeout');
    await expectCannotRead(cluster.reader.get('/readyz'), 'timeout');
  },

  'stops a request that is under way when the run is cancelled, and makes no other': async (prepare) => {
    const cancel = new AbortController();
    const { cluster, list } = await withFaults(prepare, {
      faults: [{ on: 'read', answer: 'silence', times: Infinity }],
      requestMilliseconds: 3_600_000,
      signal: cancel.signal,
    });
    const listing = expectCannotRead(list(), 'timeout');
    setTimeout(() => cancel.abort(new Error('the run was cancelled')), 30);
    await listing;
    const requests = cluster.counts().requests;
    await expectCannotRead(cluster.reader.get('/readyz'), 'timeout');
    expect(cluster.counts().requests).toBe(requests);
  },

  'says that it is unclear whether a change was made when its answer was lost, and does not repeat it': async (
    prepare,
  ) => {
    const { home, cluster, sound } = await withFaults(prepare, {
      faults: [{ on: 'write', answer: 'lost', times: 1 }],
    });
    const change = await patchOf(sound, home);
    await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'unclear');
    await eventually(async () => {
      const found = await sound.reader.need(ConfigMap, { namespace: home, name: 'one' });
      return found.data?.key === 'new' ? found : undefined;
    }, 'the change shows although its answer was lost');
    await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'moved');
  },

  'does not send a change again that the server failed on': async (prepare) => {
    const { home, cluster, sound } = await withFaults(prepare, {
      faults: [{ on: 'write', answer: 503, times: 1 }],
    });
    const change = await patchOf(sound, home);
    await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'unclear');
    expect(await sound.reader.need(ConfigMap, { namespace: home, name: 'one' })).toMatchObject({
      data: { key: 'old' },
    });
  },

  'says that it is unclear whether a change was made when the server says nothing': async (prepare) => {
    const { home, cluster, sound } = await withFaults(prepare, {
      faults: [{ on: 'write', answer: 'silence', times: Infinity }],
      requestMilliseconds: 300,
    });
    await expectCannotChange(writerOf(cluster).apply(approved(await patchOf(sound, home)), 0), 'unclear');
  },

  'makes no change after the run was cancelled': async (prepare) => {
    const cancel = new AbortController();
    const { home, cluster, sound } = await withFaults(prepare, { signal: cancel.signal });
    const change = await patchOf(sound, home);
    cancel.abort(new Error('the run was cancelled'));
    await expect(writerOf(cluster).apply(approved(change), 0)).rejects.toMatchObject({ name: 'CannotChange' });
    expect(await sound.reader.need(ConfigMap, { namespace: home, name: 'one' })).toMatchObject({
      data: { key: 'old' },
    });
  },
});
