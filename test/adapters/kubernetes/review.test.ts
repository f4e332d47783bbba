import { afterEach, describe, expect, test } from '@jest/globals';
import { answerJson, refuse, type Stub, stubServer } from './server.ts';

let stub: Stub | undefined;
afterEach(async () => stub?.close());

const question = { verb: 'list', group: 'kubeovn.io', resource: 'subnets' };

/** What a server's answer to an access review comes to. */
async function answered(...given: Parameters<typeof stubServer>): Promise<unknown> {
  stub = await stubServer(...given);
  return stub.cluster.may(question).catch((error: unknown) => error);
}

describe('a question to the access review', () => {
  test('is unknown, not refused, when an authorizer broke', async () => {
    const status = { allowed: false, evaluationError: 'the webhook did not answer' };
    const error = await answered((_request, response) => answerJson(response, 201, { status }));
    expect(error).toMatchObject({ name: 'CannotRead', reason: 'server-error', because: 'the webhook did not answer' });
  });

  test('is unknown when the server says nothing', async () => {
    expect(await answered(() => undefined, { requestMilliseconds: 50 })).toMatchObject({ reason: 'timeout' });
  });

  test('is unknown when even asking is refused, and names what was asked', async () => {
    const error = await answered((_request, response) => refuse(response, 403, 'cannot create reviews'));
    expect(error).toMatchObject({
      reason: 'denied',
      message: expect.stringContaining('find out whether it may list subnets.kubeovn.io in every namespace'),
    });
  });

  test('is unknown when something else answers', async () => {
    const error = await answered((_request, response) => response.end('<html>'));
    expect(error).toMatchObject({ reason: 'unexpected-shape' });
  });

  test('is asked again while the server is busy', async () => {
    let times = 0;
    const answer = await answered((_request, response) => {
      times += 1;
      if (times === 1) refuse(response, 503, 'try later');
      else answerJson(response, 201, { status: { allowed: true } });
    });
    expect([answer, times]).toEqual([true, 2]);
  });
});
