import { afterEach, describe, expect, test } from '@jest/globals';
import { ConfigMap } from '../../contracts/cluster/objects.ts';
import { answerJson, refuse, type Stub, stubServer } from './server.ts';

const open: Stub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (stub) => stub.close()));
});

async function serve(...given: Parameters<typeof stubServer>): Promise<Stub> {
  const stub = await stubServer(...given);
  open.push(stub);
  return stub;
}

const metadata = { name: 'one', namespace: 'home' };

describe('reading from an API server', () => {
  test('takes 500 of /readyz for what it is, an answer, and asks only once', async () => {
    const { cluster, asked } = await serve((_, response) => response.writeHead(500).end('[-]etcd failed'));
    expect(await cluster.reader.get('/readyz?verbose')).toEqual({ status: 500, body: '[-]etcd failed' });
    expect(asked).toEqual(['GET /readyz?verbose']);
  });

  test('takes 403 of a backend behind a proxy path for its answer, and that of the server for a refusal', async () => {
    const path = '/api/v1/namespaces/kong/services/admin:8001/proxy/status';
    const backend = await serve((_, response) => response.writeHead(403).end('not yours'));
    expect(await backend.cluster.reader.get(path)).toEqual({ status: 403, body: 'not yours' });
    const server = await serve((_, response) => refuse(response, 403, 'cannot get resource "services/proxy"'));
    await expect(server.cluster.reader.get(path)).rejects.toMatchObject({ reason: 'denied' });
  });

  test('reads a list whose items are null as empty', async () => {
    const { cluster } = await serve((_, response) => answerJson(response, 200, { kind: 'ConfigMapList', items: null }));
    expect(await cluster.reader.list(ConfigMap)).toEqual([]);
  });

  test('asks for objects a page at a time, with the selectors on every page', async () => {
    const { cluster, asked } = await serve(
      ({ url = '' }, response) => {
        const isFirst = !url.includes('continue=');
        answerJson(response, 200, { metadata: { continue: isFirst ? 'a/b=' : '' }, items: [{ metadata }] });
      },
      { pageSize: 7 },
    );
    await cluster.reader.list(ConfigMap, { namespace: 'home', labels: 'app in (web, db)' });
    const query = 'labelSelector=app+in+%28web%2C+db%29&limit=7';
    expect(asked).toEqual([
      `GET /api/v1/namespaces/home/configmaps?${query}`,
      `GET /api/v1/namespaces/home/configmaps?${query}&continue=a%2Fb%3D`,
    ]);
  });

  test('reads the pages of a long list in their order, and each once, with the next under way', async () => {
    const pods = Array.from({ length: 90 }, (_, index) => ({
      metadata: { name: `web-${String(index).padStart(2, '0')}`, namespace: 'home' },
      data: { text: 'x'.repeat(1000) },
    }));
    const { cluster, asked } = await serve(({ url = '' }, response) => {
      const from = Number(/continue=(\d+)/.exec(url)?.[1] ?? 0);
      const to = from + 30;
      answerJson(response, 200, {
        kind: 'ConfigMapList',
        metadata: to < 90 ? { continue: String(to) } : {},
        items: pods.slice(from, to),
      });
    });
    const names = (await cluster.reader.list(ConfigMap)).map((one) => one.metadata.name);
    expect(names).toEqual(pods.map((one) => one.metadata.name));
    expect(asked).toHaveLength(3);
    expect(cluster.counts().objects).toBe(90);
  });

  test('asks anew for what comes after a page that broke off and came again with another end', async () => {
    const items = Array.from({ length: 30 }, (_, index) => ({
      metadata: { name: `a-${String(index).padStart(2, '0')}`, namespace: 'home' },
      data: { text: 'x'.repeat(1000) },
    }));
    let breakOff: (() => void) | undefined;
    const { cluster } = await serve(({ url = '' }, response) => {
      const [, token] = /continue=(.+)/.exec(url) ?? [];
      if (token !== undefined) {
        breakOff?.();
        answerJson(response, 200, { items: [{ metadata: { name: `after-${token}`, namespace: 'home' } }] });
      } else if (breakOff === undefined) {
        breakOff = () => response.destroy();
        response.writeHead(200).write(JSON.stringify({ metadata: { continue: 'early' }, items }).slice(0, 20_000));
      } else {
        answerJson(response, 200, { metadata: { continue: 'late' }, items });
      }
    });
    const names = (await cluster.reader.list(ConfigMap)).map((one) => one.metadata.name);
    expect(names).toEqual([...items.map((one) => one.metadata.name), 'after-late']);
  });

  test('takes a refusal for absence where discovery says that the kind is not served', async () => {
    const { cluster } = await serve(({ url = '' }, response) => {
      if (url === '/api/v1') answerJson(response, 200, { resources: [{ name: 'pods' }] });
      else refuse(response, 403, 'configmaps is forbidden');
    });
    expect(await cluster.reader.list(ConfigMap)).toEqual([]);
    expect(await cluster.reader.find(ConfigMap, metadata)).toBeUndefined();
  });

  test('takes a refusal for a refusal where discovery cannot be read either', async () => {
    const { cluster } = await serve((_, response) => refuse(response, 403, 'configmaps is forbidden'));
    await expect(cluster.reader.list(ConfigMap)).rejects.toMatchObject({ reason: 'denied' });
  });

  test('stops reading when the run has read all that it may', async () => {
    const objects = await serve(
      (_, response) => answerJson(response, 200, { items: [{ metadata }, { metadata }, { metadata }] }),
      { runObjects: 2 },
    );
    await expect(objects.cluster.reader.list(ConfigMap)).rejects.toMatchObject({ reason: 'too-large' });
    const bytes = await serve((_, response) => response.end('x'.repeat(3 * 1024 * 1024)), {
      runBytes: 2 * 1024 * 1024,
    });
    await expect(bytes.cluster.reader.get('/metrics')).rejects.toMatchObject({
      reason: 'too-large',
      because: expect.stringMatching(/2 MiB/),
    });
  });

  test('does not wait longer than a person would when the server asks for it', async () => {
    const { cluster, asked } = await serve((_, response) => {
      response.setHeader('retry-after', '120');
      refuse(response, 429, 'too many requests');
    });
    await expect(cluster.reader.list(ConfigMap)).rejects.toMatchObject({ reason: 'rate-limited' });
    expect(asked).toHaveLength(1);
  });

  test('gives up a server that breaks every connection after four tries', async () => {
    const { cluster, asked } = await serve((request) => request.socket.destroy());
    await expect(cluster.reader.list(ConfigMap)).rejects.toMatchObject({
      reason: 'unreachable',
      because: expect.stringMatching(/broke/),
    });
    expect(asked).toHaveLength(4);
  });

  test('says on one line what the server said, without its secrets', async () => {
    const { cluster } = await serve((_, response) =>
      refuse(response, 400, `bad\nheader "authorization: Bearer abcdefghijkl" ${'x'.repeat(2000)}`),
    );
    const failure = await cluster.reader.list(ConfigMap).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      reason: 'invalid',
      because: expect.stringMatching(/^bad header .*\[redacted\].*…$/),
    });
  });
});
