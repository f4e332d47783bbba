import { afterEach, describe, expect, test } from '@jest/globals';
import type { LogQuery } from '../../../src/core/reader.ts';
import { refuse, type Stub, stubServer } from './server.ts';

const open: Stub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (stub) => stub.close()));
});

async function read(answer: Parameters<typeof stubServer>[0], query: Partial<LogQuery> = {}) {
  const stub = await stubServer(answer);
  open.push(stub);
  const log = stub.cluster.reader.logs({ namespace: 'home', pod: 'web-0', container: 'main', ...query });
  return { log: await log, asked: stub.asked };
}

const says = (body: string) => (_: unknown, response: { end(body: string): unknown }) => response.end(body);
const time = '2026-01-05T10:00:00';

describe('reading a container log', () => {
  test('asks for nothing that would keep the oldest bytes', async () => {
    const { asked } = await read(says(''), { previous: true, tailLines: 5, sinceSeconds: 60, maximumBytes: 10 });
    expect(asked).toEqual([
      'GET /api/v1/namespaces/home/pods/web-0/log?container=main&timestamps=true&previous=true&sinceSeconds=60&tailLines=5',
    ]);
  });

  test('reads times with nanoseconds and with the zone of the node, and lines without any', async () => {
    const { log } = await read(says(`${time}.123456789Z one\n${time}+08:00 two\n${time}Z\nno time here\n`));
    expect(log?.lines).toEqual([
      { at: new Date(`${time}.123Z`), text: 'one' },
      { at: new Date('2026-01-05T02:00:00Z'), text: 'two' },
      { at: new Date(`${time}Z`), text: '' },
      { text: 'no time here' },
    ]);
  });

  test('gives no lines of a log that is empty', async () => {
    expect((await read(says(''))).log).toMatchObject({ lines: [], droppedBytes: 0 });
  });

  test('gives a last line that was not finished', async () => {
    expect((await read(says(`${time}Z one\n${time}Z tw`))).log?.lines.map(({ text }) => text)).toEqual(['one', 'tw']);
  });

  test.each([
    ['one byte too little for all', 49, ['two']],
    ['just enough for the last line', 25, ['two']],
    ['just enough for all', 50, ['one', 'two']],
    ['one byte too little for the last line', 24, []],
  ])('keeps whole lines when there is %s', async (_, maximumBytes, expected) => {
    const text = `${time}Z one\n${time}Z two\n`;
    const { log } = await read(says(text), { maximumBytes });
    expect(log?.lines.map((line) => line.text)).toEqual(expected);
    const kept = expected.length * 25;
    expect(log?.droppedBytes).toBe(text.length - kept);
  });

  test('counts what it dropped of a log of many megabytes, and keeps the newest line', async () => {
    const line = `${time}Z ${'x'.repeat(1_000_000)}\n`;
    const { log } = await read(
      (_, response) => {
        for (let count = 0; count < 20; count += 1) response.write(line);
        response.end(`${time}Z the end\n`);
      },
      { maximumBytes: 1000 },
    );
    expect(log).toMatchObject({ lines: [{ text: 'the end' }], droppedBytes: 20 * line.length });
  });

  test.each([
    'previous terminated container "main" in pod "web-0" not found',
    'container "main" in pod "web-0" is waiting to start: ContainerCreating',
    'container main is not valid for pod web-0',
    'pod web-0 does not have a host assigned',
  ])('says that there is no log when the server says: %s', async (message) => {
    expect((await read((_, response) => refuse(response, 400, message))).log).toBeUndefined();
  });

  test('says that there is no log when the kubelet apologises in its place', async () => {
    const { log } = await read(says('unable to retrieve container logs for containerd://4f6b'));
    expect(log).toBeUndefined();
  });

  test('does not take any other 400 for a log that is not there', async () => {
    await expect(read((_, response) => refuse(response, 400, 'Unable to decode query.'))).rejects.toMatchObject({
      reason: 'invalid',
      because: 'Unable to decode query',
    });
  });

  test('does not take a node that cannot be reached for a log that is not there', async () => {
    const refused = read((_, response) => refuse(response, 500, 'dial tcp 10.0.0.1:10250: connect: no route to host'));
    await expect(refused).rejects.toMatchObject({ reason: 'server-error', because: expect.stringContaining('10250') });
  });
});
