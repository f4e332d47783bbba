import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Route, serveHttp } from '../../../src/adapters/system/http-server.ts';

let server: Server;
afterEach(() => {
  server.close();
});

async function serve(routes: Route[], errors: unknown[] = []): Promise<string> {
  server = await serveHttp({ port: 0, routes, onError: (error) => errors.push(error) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the HTTP server', () => {
  const echo: Route = (path, query) =>
    path.startsWith('/kb/') ? { status: 200, body: `${path} ${query.get('q') ?? ''}` } : undefined;

  test('gives a route its decoded path and query', async () => {
    const at = await serve([echo]);
    expect(await (await fetch(`${at}/kb/kube-ovn%2Fa?q=%E5%AD%90`)).text()).toBe('/kb/kube-ovn/a 子');
  });

  test('says 404, 405 and 400 for what it does not serve', async () => {
    const at = await serve([echo]);
    const statuses = await Promise.all([
      fetch(`${at}/x`),
      fetch(`${at}/kb/a`, { method: 'POST' }),
      fetch(`${at}/%E5%AD`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 405, 400]);
  });

  test('answers 500 without details when a route breaks, and tells the log', async () => {
    const errors: unknown[] = [];
    const at = await serve(
      [
        () => {
          throw new Error('secret detail');
        },
      ],
      errors,
    );
    const answer = await fetch(`${at}/`);
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('secret detail')]);
    expect(errors).toHaveLength(1);
  });
});
