import { expect } from '@jest/globals';
import { uniqueName } from './examinee.ts';
import {
  ApiService,
  Basin,
  ConfigMap,
  configMap,
  Event,
  Gauge,
  gauge,
  NewerGauge,
  namespace,
  Phantom,
  Pod,
  pod,
} from './objects.ts';
import { expectCannotRead, type Prepare, questions } from './question.ts';

async function withGauges(prepare: Prepare) {
  const home = uniqueName('exam');
  const examinee = await prepare([
    namespace(home),
    gauge(home, 'front', 1, { labels: { app: 'web', tier: 'front', weight: '3' } }),
    gauge(home, 'back', 2, { labels: { app: 'web', tier: 'back', weight: '12' } }),
    gauge(home, 'store', 3, { labels: { app: 'data' } }),
    gauge(home, 'bare', 4),
  ]);
  const { reader } = await examinee.open({ identity: 'viewer' });
  const names = async (query: { labels?: string; fields?: string }) =>
    (await reader.list(Gauge, { namespace: home, ...query })).map(({ metadata }) => metadata.name);
  return { home, reader, names };
}

export const reading = questions({
  'lists every object over several pages, each once, sorted by name': async (prepare) => {
    const home = uniqueName('exam');
    const made = Array.from({ length: 25 }, (_, at) => `g-${String((at * 7) % 25).padStart(2, '0')}`);
    const examinee = await prepare([namespace(home), ...made.map((name, at) => gauge(home, name, at))]);
    const cluster = await examinee.open({ identity: 'viewer', pageSize: 10 });
    const before = cluster.counts();

    const names = (await cluster.reader.list(Gauge, { namespace: home })).map(({ metadata }) => metadata.name);

    expect(names).toEqual(made.toSorted());
    const after = cluster.counts();
    expect(after.requests - before.requests).toBeGreaterThanOrEqual(3);
    expect(after.objects - before.objects).toBe(25);
    expect(after.bytes - before.bytes).toBeGreaterThan(25 * 50);
  },

  'lists all namespaces, sorted by namespace and then by name': async (prepare) => {
    const [one, two] = [uniqueName('exam-1'), uniqueName('exam-2')];
    const labels = { exam: one };
    const examinee = await prepare([
      namespace(two),
      namespace(one),
      gauge(two, 'alpha', 1, { labels }),
      gauge(one, 'omega', 1, { labels }),
      gauge(one, 'beta', 1, { labels }),
    ]);
    const { reader } = await examinee.open({ identity: 'viewer', pageSize: 2 });

    const listed = await reader.list(Gauge, { labels: `exam=${one}` });

    expect(listed.map(({ metadata }) => [metadata.namespace, metadata.name])).toEqual([
      [one, 'beta'],
      [one, 'omega'],
      [two, 'alpha'],
    ]);
  },

  'selects by labels, with equality, sets and existence': async (prepare) => {
    const { names } = await withGauges(prepare);
    expect(await names({ labels: 'app=web' })).toEqual(['back', 'front']);
    expect(await names({ labels: 'app==web,tier!=back' })).toEqual(['front']);
    expect(await names({ labels: 'app!=web' })).toEqual(['bare', 'store']);
    expect(await names({ labels: 'tier in (front, back)' })).toEqual(['back', 'front']);
    expect(await names({ labels: 'tier notin (front)' })).toEqual(['back', 'bare', 'store']);
    expect(await names({ labels: 'app,!tier' })).toEqual(['store']);
    expect(await names({ labels: 'weight>5' })).toEqual(['back']);
    expect(await names({ labels: 'weight < 5, app' })).toEqual(['front']);
    expect(await names({ labels: 'app=nothing' })).toEqual([]);
    expect(await names({ labels: '' })).toEqual(['back', 'bare', 'front', 'store']);
  },

  'refuses a label selector that the API cannot parse': async (prepare) => {
    const { names } = await withGauges(prepare);
    await expectCannotRead(names({ labels: 'app in web' }), 'invalid');
    await expectCannotRead(names({ labels: 'app=(web)' }), 'invalid');
  },

  'selects by the name and the namespace of the object': async (prepare) => {
    const { home, reader, names } = await withGauges(prepare);
    expect(await names({ fields: 'metadata.name=front' })).toEqual(['front']);
    expect(await names({ fields: 'metadata.name!=front' })).toEqual(['back', 'bare', 'store']);
    expect(await names({ fields: 'metadata.name=front', labels: 'app=data' })).toEqual([]);
    expect(await names({ fields: `metadata.namespace=${uniqueName('other')}` })).toEqual([]);
    const everywhere = await reader.list(Gauge, { fields: `metadata.namespace=${home},metadata.name=front` });
    expect(everywhere).toHaveLength(1);
  },

  'selects pods by node and phase, and events by what they are about': async (prepare) => {
    const home = uniqueName('exam');
    const lastTimestamp = '2026-01-05T10:00:00Z';
    const event = (name: string, about: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: home },
      involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: home, name: about },
      reason: 'Examined',
      message: `about ${about}`,
      type: 'Normal',
      firstTimestamp: lastTimestamp,
      lastTimestamp,
    });
    const examinee = await prepare([namespace(home), pod(home, 'web-0'), event('e-1', 'one'), event('e-2', 'two')]);
    const { reader } = await examinee.open({ identity: 'viewer' });
    const pods = async (fields: string) => (await reader.list(Pod, { namespace: home, fields })).length;

    expect(await pods('spec.nodeName=exam-node')).toBe(1);
    expect(await pods('spec.nodeName=exam-node,status.phase=Running')).toBe(1);
    expect(await pods('spec.nodeName!=exam-node')).toBe(0);
    expect(await pods('status.phase=Failed')).toBe(0);
    const fields = 'involvedObject.kind=ConfigMap,involvedObject.name=two';
    const events = await reader.list(Event, { namespace: home, fields });
    expect(events).toMatchObject([{ message: 'about two', lastTimestamp: new Date(lastTimestamp) }]);
  },

  'refuses a field selector that the kind does not know': async (prepare) => {
    const { home, reader } = await withGauges(prepare);
    const listing = reader.list(Pod, { namespace: home, fields: 'spec.dnsPolicy=Default' });
    await expectCannotRead(listing, 'invalid', /field label not supported: spec\.dnsPolicy/);
  },

  'reads a custom resource with its status, and no field that the check does not need': async (prepare) => {
    const home = uniqueName('exam');
    const written = gauge(home, 'front', 7);
    const status = { reading: 'full', conditions: [{ type: 'Ready', status: 'False', reason: 'Overflow' }] };
    const examinee = await prepare([namespace(home), { ...written, unneeded: { by: 'anybody' }, status }]);
    const { reader } = await examinee.open({ identity: 'viewer' });

    const read = await reader.need(Gauge, { namespace: home, name: 'front' });

    expect(read).toMatchObject({ apiVersion: 'exam.example.com/v1', kind: 'Gauge', spec: { level: 7 }, status });
    expect(read.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(read.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(Object.keys(read)).not.toContain('unneeded');
    expect(await reader.list(Gauge, { namespace: home })).toEqual([read]);
  },

  'reads cluster-scoped objects': async (prepare) => {
    const name = uniqueName('basin');
    const labels = { exam: name };
    const examinee = await prepare([
      { apiVersion: 'exam.example.com/v1', kind: 'Basin', metadata: { name, labels }, spec: { litres: 40 } },
    ]);
    const { reader } = await examinee.open({ identity: 'viewer' });
    const basin = await reader.need(Basin, { name });
    expect(basin.spec.litres).toBe(40);
    expect(basin.metadata.namespace).toBeUndefined();
    expect(await reader.list(Basin, { labels: `exam=${name}` })).toEqual([basin]);
  },

  'falls back to the version of a kind that the server does serve': async (prepare) => {
    const { home, reader } = await withGauges(prepare);
    expect(await reader.find(NewerGauge, { namespace: home, name: 'front' })).toMatchObject({ spec: { level: 1 } });
    expect(await reader.list(NewerGauge, { namespace: home })).toHaveLength(4);
    expect(await reader.find(NewerGauge, { namespace: home, name: 'side' })).toBeUndefined();
  },

  'says that a kind is not there when the server does not serve it': async (prepare) => {
    const { home, reader } = await withGauges(prepare);
    expect(await reader.find(Phantom, { namespace: home, name: 'any' })).toBeUndefined();
    expect(await reader.list(Phantom)).toEqual([]);
    expect(await reader.list(Phantom, { namespace: home, labels: 'app=web' })).toEqual([]);
    await expectCannotRead(reader.need(Phantom, { namespace: home, name: 'any' }), 'missing');
  },

  'tells an object that is missing from one that is needed': async (prepare) => {
    const { home, reader } = await withGauges(prepare);
    expect(await reader.find(Gauge, { namespace: home, name: 'side' })).toBeUndefined();
    expect(await reader.find(Gauge, { namespace: uniqueName('nowhere'), name: 'front' })).toBeUndefined();
    expect(await reader.list(Gauge, { namespace: uniqueName('nowhere') })).toEqual([]);
    await expectCannotRead(reader.need(Gauge, { namespace: home, name: 'side' }), 'missing', /side/);
  },

  'names the object and the field when a needed field has another shape': async (prepare) => {
    const home = uniqueName('exam');
    const examinee = await prepare([namespace(home), gauge(home, 'front', 1), gauge(home, 'odd', 'high')]);
    const { reader } = await examinee.open({ identity: 'viewer' });
    await expectCannotRead(
      reader.find(Gauge, { namespace: home, name: 'odd' }),
      'unexpected-shape',
      /odd.*spec\.level/,
    );
    await expectCannotRead(reader.list(Gauge, { namespace: home }), 'unexpected-shape', /odd.*spec\.level/);
    expect(await reader.need(Gauge, { namespace: home, name: 'front' })).toMatchObject({ spec: { level: 1 } });
  },

  'shows why an aggregated API is not available': async (prepare) => {
    const apiGroup = `${uniqueName('absent')}.example.com`;
    const conditions = [{ type: 'Available', status: 'False', reason: 'ServiceNotFound' }];
    const examinee = await prepare([
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: `v1.${apiGroup}` },
        spec: {
          group: apiGroup,
          version: 'v1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { namespace: 'default', name: 'absent', port: 443 },
        },
        status: { conditions },
      },
    ]);
    const { reader } = await examinee.open({ identity: 'viewer' });
    expect(await reader.need(ApiService, { name: `v1.${apiGroup}` })).toMatchObject({ status: { conditions } });
  },

  'answers paths that are no resources': async (prepare) => {
    const examinee = await prepare([]);
    const cluster = await examinee.open({ identity: 'viewer' });
    const { reader } = cluster;
    const before = cluster.counts().bytes;
    const version = await reader.get('/version');
    expect(version.status).toBe(200);
    expect(JSON.parse(version.body)).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) });
    expect(await reader.get('/readyz')).toEqual({ status: 200, body: 'ok' });
    await expectCannotRead(reader.get('/no-such-path'), 'missing');
    expect(cluster.counts().bytes - before).toBeGreaterThan(version.body.length);
  },

  'counts every object it read': async (prepare) => {
    const home = uniqueName('exam');
    const examinee = await prepare([namespace(home), configMap(home, 'one', { key: 'x'.repeat(1000) })]);
    const cluster = await examinee.open({ identity: 'viewer' });
    const before = cluster.counts();
    await cluster.reader.need(ConfigMap, { namespace: home, name: 'one' });
    const after = cluster.counts();
    expect(after.requests - before.requests).toBe(1);
    expect(after.objects - before.objects).toBe(1);
    expect(after.bytes - before.bytes).toBeGreaterThan(1000);
  },
});
