import { expect } from '@jest/globals';
import type { Change } from '../../../src/core/change.ts';
import { approved } from '../approved.ts';
import { uniqueName } from './examinee.ts';
import { ConfigMap, configMap, Gauge, namespace, Pod, pod } from './objects.ts';
import { expectCannotChange, expectCannotRead, type Prepare, questions, writerOf } from './question.ts';

async function withObjects(prepare: Prepare) {
  const home = uniqueName('exam');
  const examinee = await prepare([namespace(home), configMap(home, 'one', { key: 'old' }), pod(home, 'web-0')]);
  return { home, examinee };
}

export const refusals = questions({
  'says which rule is missing when it may not list': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const { reader } = await examinee.open({ identity: 'nobody' });
    const words = /cannot list resource "configmaps" in API group ""/;
    await expectCannotRead(reader.list(ConfigMap, { namespace: home }), 'denied', words);
    await expectCannotRead(reader.list(ConfigMap), 'denied', /cluster scope/);
    await expectCannotRead(reader.list(Gauge), 'denied', /"gauges" in API group "exam\.example\.com"/);
  },

  'says which rule is missing when it may not read one object, whether it is there or not': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const { reader } = await examinee.open({ identity: 'nobody' });
    const words = /cannot get resource "configmaps"/;
    await expectCannotRead(reader.find(ConfigMap, { namespace: home, name: 'one' }), 'denied', words);
    await expectCannotRead(reader.find(ConfigMap, { namespace: home, name: 'two' }), 'denied', words);
    await expectCannotRead(reader.need(ConfigMap, { namespace: home, name: 'one' }), 'denied', words);
  },

  'says which rule is missing when it may not read a log or a path': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const { reader } = await examinee.open({ identity: 'nobody' });
    const log = reader.logs({ namespace: home, pod: 'web-0', container: 'main' });
    await expectCannotRead(log, 'denied', /cannot get resource "pods\/log"/);
    await expectCannotRead(reader.get('/metrics'), 'denied', /cannot get path "\/metrics"/);
  },

  'says which rule is missing when it may look and not touch': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const cluster = await examinee.open({ identity: 'viewer' });
    const writer = writerOf(cluster);
    const one = await cluster.reader.need(ConfigMap, { namespace: home, name: 'one' });
    const web = await cluster.reader.need(Pod, { namespace: home, name: 'web-0' });
    const { uid, resourceVersion } = one.metadata;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespace: home, name: 'one' };
    const target = { namespace: home, name: 'web-0', uid: web.metadata.uid };
    const refused: [Change, RegExp][] = [
      [{ change: 'patch-object', ...object, uid, resourceVersion, patch: { data: { key: 'new' } } }, /cannot patch/],
      [{ change: 'delete-object', ...object, uid, resourceVersion }, /cannot delete resource "configmaps"/],
      [{ change: 'delete-pod', ...target }, /cannot delete resource "pods"/],
      [{ change: 'evict-pod', ...target }, /cannot create resource "pods\/eviction"/],
    ];
    for (const [change, words] of refused) {
      await expectCannotChange(writer.apply(approved(change), 0), 'denied', words);
      await expectCannotChange(writer.dryRun(change), 'denied', words);
    }
    expect(await cluster.reader.find(ConfigMap, { namespace: home, name: 'one' })).toEqual(one);
  },

  'has nothing to write with when the cluster is only observed': async (prepare) => {
    const examinee = await prepare([]);
    const { writer } = await examinee.open({ identity: 'admin', mode: 'observe' });
    expect(writer).toBeUndefined();
  },

  'sends no name that could reach another path': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const cluster = await examinee.open({ identity: 'admin' });
    const { reader } = cluster;
    await reader.list(ConfigMap, { namespace: home });
    const before = cluster.counts().requests;
    for (const name of ['../../secrets/x', 'one/../two', '..', '.', '', 'one?watch=1', 'one%2f..', 'a b', 'one\n']) {
      await expectCannotRead(reader.find(ConfigMap, { namespace: home, name }), 'invalid');
      await expectCannotRead(reader.find(ConfigMap, { namespace: name, name: 'one' }), 'invalid');
      await expectCannotRead(reader.logs({ namespace: home, pod: name, container: 'main' }), 'invalid');
      await expectCannotRead(reader.logs({ namespace: home, pod: 'web-0', container: name }), 'invalid');
    }
    await expectCannotRead(reader.list(ConfigMap, { namespace: '../kube-system' }), 'invalid');
    await expectCannotRead(reader.find(ConfigMap, { name: 'one' }), 'invalid', /namespace/);
    expect(cluster.counts().requests).toBe(before);
  },

  'sends no path that is a resource or could reach another path': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const cluster = await examinee.open({ identity: 'admin' });
    const { reader } = cluster;
    const before = cluster.counts().requests;
    const paths = [
      'version',
      '',
      '//example.com/version',
      '/version/../api/v1/secrets',
      '/readyz/%2e%2e/api/v1/secrets',
      '/version\n/x',
      `/api/v1/namespaces/${home}/secrets/token`,
      '/api/v1/secrets',
      '/apis/apps/v1/deployments',
      `/api/v1/namespaces/${home}/pods/web-0/exec?command=id`,
      `/api/v1/namespaces/${home}/pods/web-0/proxy/../../../secrets`,
    ];
    for (const path of paths) await expectCannotRead(reader.get(path), 'invalid');
    expect(cluster.counts().requests).toBe(before);
  },

  'refuses a change whose names could reach another path': async (prepare) => {
    const { home, examinee } = await withObjects(prepare);
    const cluster = await examinee.open({ identity: 'admin' });
    const uid = (await cluster.reader.need(Pod, { namespace: home, name: 'web-0' })).metadata.uid;
    const bad: Change[] = [
      { change: 'delete-pod', namespace: `${home}/pods/web-0?`, name: 'x', uid },
      { change: 'evict-pod', namespace: home, name: '../../nodes/exam-node', uid },
    ];
    for (const change of bad) {
      await expectCannotChange(writerOf(cluster).dryRun(change), 'invalid');
      await expectCannotChange(writerOf(cluster).apply(approved(change), 0), 'invalid');
    }
    expect(await cluster.reader.list(Pod, { namespace: home })).toHaveLength(1);
  },

  'changes nothing for a step that only a person can do': async (prepare) => {
    const examinee = await prepare([]);
    const writer = writerOf(await examinee.open({ identity: 'admin' }));
    const nothing = approved();
    await expectCannotChange(writer.apply(nothing, 0), 'invalid');
    const manual = { ...nothing, steps: [{ does: 'A person drains the node.' }] };
    await expectCannotChange(writer.apply(manual, 0), 'invalid');
  },
});
