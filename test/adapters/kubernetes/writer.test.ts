import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/core/change.ts';
import { approved } from '../../contracts/approved.ts';
import { answerJson, refuse, type Stub, stubServer } from './server.ts';

const open: Stub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (stub) => stub.close()));
});

type Answering = (response: Parameters<typeof refuse>[0]) => void;

/** A server that has the object, and answers a change as told. */
async function serve(answer: Answering, bodies: unknown[] = []) {
  const receive = async (request: IncomingMessage): Promise<void> => {
    bodies.push(JSON.parse(await text(request)));
  };
  const stub = await stubServer((request, response) => {
    if (request.method === 'GET') answerJson(response, 200, { kind: 'Pod', metadata: { name: 'web-0', uid: 'u-1' } });
    else
      receive(request).then(
        () => answer(response),
        () => response.destroy(),
      );
  });
  open.push(stub);
  const { writer } = stub.cluster;
  if (writer === undefined) throw new Error('The stub is registered to be remediated.');
  return { writer, asked: stub.asked };
}

const target = { namespace: 'home', name: 'web-0', uid: 'u-1' };
const deletion: Change = { change: 'delete-pod', ...target };
const eviction: Change = { change: 'evict-pod', ...target };
const patch: Change = {
  change: 'patch-object',
  apiVersion: 'kubeovn.io/v1',
  kind: 'Subnet',
  plural: 'subnets',
  name: 'ovn-default',
  uid: 'u-2',
  resourceVersion: '7',
  patch: { metadata: { annotations: { note: null } }, spec: { private: false } },
};

describe('changing through an API server', () => {
  test('sends every change with what makes the server refuse it for another object', async () => {
    const bodies: unknown[] = [];
    const { writer, asked } = await serve((response) => answerJson(response, 200, {}), bodies);
    const whole: Change = { ...patch, change: 'delete-object' };
    for (const change of [deletion, eviction, patch, whole]) await writer.apply(approved(change), 0);
    expect(asked).toEqual([
      'DELETE /api/v1/namespaces/home/pods/web-0',
      'POST /api/v1/namespaces/home/pods/web-0/eviction',
      'PATCH /apis/kubeovn.io/v1/subnets/ovn-default?fieldManager=cluster-triage&fieldValidation=Strict',
      'DELETE /apis/kubeovn.io/v1/subnets/ovn-default',
    ]);
    expect(bodies).toMatchObject([
      { preconditions: { uid: 'u-1' } },
      { kind: 'Eviction', deleteOptions: { preconditions: { uid: 'u-1' } } },
      { metadata: { uid: 'u-2', resourceVersion: '7', annotations: { note: null } }, spec: { private: false } },
      { preconditions: { uid: 'u-2', resourceVersion: '7' } },
    ]);
    expect(JSON.stringify(bodies)).not.toContain('dryRun');
  });

  test('says which change cannot be tried, because a webhook has side effects', async () => {
    const { writer } = await serve((response) =>
      refuse(response, 400, 'admission webhook "audit.example.com" does not support dry run'),
    );
    expect(await writer.dryRun(deletion)).toEqual({ cannot: expect.stringContaining('audit.example.com') });
  });

  test.each([
    [403, 'admission webhook "guard.example.com" denied the request: not today', 'blocked'],
    [403, 'pods "web-0" is forbidden: User "bot" cannot delete resource "pods"', 'denied'],
    [401, 'Unauthorized', 'denied'],
    [409, 'the object has been modified', 'moved'],
    [422, 'spec.replicas: Invalid value', 'invalid'],
    [429, 'the server has received too many requests', 'blocked'],
    [500, 'failed calling webhook "guard.example.com": connection refused', 'blocked'],
    [
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      'blocked',
    ],
    [500, 'etcdserver: request timed out', 'unclear'],
    [504, 'Timeout: request did not complete within the requested timeout', 'unclear'],
  ])('takes %i "%s" for a change that is %s', async (code, message, reason) => {
    const { writer, asked } = await serve((response) => refuse(response, code, message));
    await expect(writer.apply(approved(eviction), 0)).rejects.toMatchObject({ name: 'CannotChange', reason });
    expect(asked).toHaveLength(1);
  });

  test('does not take a busy server for a budget that says no to a trial', async () => {
    const { writer } = await serve((response) => refuse(response, 429, 'too many requests'));
    await expect(writer.dryRun(eviction)).rejects.toMatchObject({ name: 'CannotRead', reason: 'rate-limited' });
    const causes = [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods' }];
    const strict = await serve((response) => refuse(response, 429, 'Cannot evict pod', { details: { causes } }));
    await expect(strict.writer.dryRun(eviction)).rejects.toMatchObject({ name: 'CannotChange', reason: 'blocked' });
  });
});
