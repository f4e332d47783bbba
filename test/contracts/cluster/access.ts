import { expect } from '@jest/globals';
import type { AccessQuestion } from '../../../src/core/access-question.ts';
import { expectCannotRead, questions } from './question.ts';

const read: AccessQuestion = { verb: 'list', group: '', resource: 'configmaps' };
const log: AccessQuestion = { verb: 'get', group: '', resource: 'pods/log', namespace: 'kube-system' };
const one: AccessQuestion = {
  verb: 'get',
  group: 'coordination.k8s.io',
  resource: 'leases',
  namespace: 'kube-system',
  name: 'one',
};
const custom: AccessQuestion = { verb: 'list', group: 'exam.example.com', resource: 'gauges' };
const proxy: AccessQuestion = { verb: 'get', group: '', resource: 'services/proxy', name: 'https:web:443' };
const metrics: AccessQuestion = { verb: 'get', path: '/metrics' };
const reads = [read, log, one, custom, proxy, metrics];
const changes: AccessQuestion[] = [
  { verb: 'delete', group: '', resource: 'pods', namespace: 'kube-system' },
  { verb: 'create', group: '', resource: 'pods/eviction', namespace: 'kube-system' },
  { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'kube-system', name: 'web' },
];

export const access = questions({
  'says what it may do and what not, without trying it': async (prepare) => {
    const examinee = await prepare([]);
    const answers = async (identity: 'admin' | 'viewer' | 'nobody', asked: readonly AccessQuestion[]) => {
      const cluster = await examinee.open({ identity });
      return Promise.all(asked.map(async (question) => cluster.may(question)));
    };
    expect(await answers('admin', [...reads, ...changes])).toEqual([...reads, ...changes].map(() => true));
    expect(await answers('viewer', reads)).toEqual(reads.map(() => true));
    expect(await answers('viewer', changes)).toEqual(changes.map(() => false));
    expect(await answers('nobody', [...reads, ...changes])).toEqual([...reads, ...changes].map(() => false));
  },

  'may be asked by a cluster that is only observed, and of kinds that the server does not serve': async (prepare) => {
    const examinee = await prepare([]);
    const cluster = await examinee.open({ identity: 'viewer', mode: 'observe' });
    expect(await cluster.may({ verb: 'list', group: 'phantom.example.com', resource: 'phantoms' })).toBe(true);
    expect(await cluster.may({ verb: 'delete', group: 'phantom.example.com', resource: 'phantoms' })).toBe(false);
  },

  'counts its questions, and says that it cannot tell when the run was called off': async (prepare) => {
    const examinee = await prepare([]);
    const stop = new AbortController();
    const cluster = await examinee.open({ identity: 'nobody', signal: stop.signal });
    const before = cluster.counts().requests;
    await cluster.may(read);
    expect(cluster.counts().requests).toBe(before + 1);
    stop.abort(new Error('called off'));
    await expectCannotRead(cluster.may(read), 'timeout', /cancelled/);
  },
});
