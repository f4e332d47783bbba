import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Asked, type Connection, connect } from '../../../src/adapters/kubernetes/connection.ts';
import type { Credentials } from '../../../src/adapters/kubernetes/login.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that accepts one token only, and what it was sent. */
async function guarded(token: string, credentials: () => Promise<Credentials>) {
  const seen: (string | undefined)[] = [];
  let connections = 0;
  const server = createServer(({ headers: { authorization } }, response) => {
    seen.push(authorization);
    response.writeHead(authorization === `Bearer ${token}` ? 200 : 401).end('answer');
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const connection = connect({ server: `http://127.0.0.1:${port}`, proxy: undefined, credentials });
  ends.push(
    async () => new Promise((resolve) => server.close(resolve)),
    async () => connection.close(),
  );
  return { connection, seen, connections: () => connections };
}

async function statusOf(connection: Connection, asked: Partial<Asked> = {}): Promise<number> {
  const request: Asked = { method: 'GET', path: '/readyz', ...asked };
  return connection.exchange(request, AbortSignal.timeout(5000), async ({ status, body }) => {
    for await (const _ of body) continue;
    return status;
  });
}

const bearer = (token: string): Credentials['headers'] => ({ authorization: `Bearer ${token}` });

describe('the connection to a cluster', () => {
  test('asks for credentials once for many requests', async () => {
    let times = 0;
    const { connection } = await guarded('one', async () => {
      times += 1;
      return { tls: {}, headers: bearer('one') };
    });
    await Promise.all(Array.from({ length: 20 }, async () => statusOf(connection)));
    expect(times).toBe(1);
  });

  test('asks for credentials again after they were refused', async () => {
    const tokens = ['old', 'new'];
    const { connection, seen } = await guarded('new', async () => ({
      tls: {},
      headers: bearer(tokens.shift() ?? 'none'),
    }));
    expect([await statusOf(connection), await statusOf(connection)]).toEqual([401, 200]);
    expect(seen).toEqual(['Bearer old', 'Bearer new']);
  });

  test('connects anew when the certificate was renewed, and only then', async () => {
    let certificate = 'first.example.com';
    const { connection, connections } = await guarded('never', async () => ({
      tls: { servername: certificate },
      headers: {},
    }));
    for (let count = 0; count < 20; count += 1) await statusOf(connection);
    const before = connections();
    // The next request may come a moment before the connection of the last one is free again.
    expect(before).toBeLessThanOrEqual(2);
    certificate = 'second.example.com';
    await statusOf(connection);
    await statusOf(connection);
    expect(connections()).toBeGreaterThan(before);
  });

  test('sends nothing when it was called off before', async () => {
    const { connection, seen } = await guarded('one', async () => ({ tls: {}, headers: {} }));
    const asked = connection.exchange(
      { method: 'GET', path: '/' },
      AbortSignal.abort(new Error('called off')),
      async () => 1,
    );
    await expect(asked).rejects.toThrow('called off');
    expect(seen).toEqual([]);
  });

  test('drops the connection of an answer that nobody reads to its end, and goes on', async () => {
    const { connection } = await guarded('one', async () => ({ tls: {}, headers: bearer('one') }));
    const asked: Asked = { method: 'GET', path: '/' };
    const first = await connection.exchange(asked, AbortSignal.timeout(5000), async ({ status }) => status);
    expect([first, await statusOf(connection)]).toEqual([200, 200]);
  });

  test('closes behind the last request when it is retired, and still answers a run that asks once more', async () => {
    const { connection, seen } = await guarded('one', async () => ({ tls: {}, headers: bearer('one') }));
    const underWay = statusOf(connection);
    connection.retire();
    expect([await underWay, await statusOf(connection)]).toEqual([200, 200]);
    expect(seen).toHaveLength(2);
  });
});
