import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';
import type { World } from '../../../src/core/world.ts';
import type { Access } from '../control-plane/kubeconfig.ts';

/** A plain HTTP server on loopback in front of an API server, which asks as one identity. */
export type Front = { readonly server: string; close(): Promise<void> };

/** What a world says that no object can: its version, answers of paths, and states of aggregated APIs. */
export type Told = Pick<World, 'get' | 'version' | 'objects'>;

/**
 * Starts one. Every request goes to the API server, which judges it and writes it into its audit log; a refusal is
 * passed on as it is. What only somebody behind the server could answer comes from the world then: proxied paths
 * (nobody runs in its pods), `/metrics` and `/version` (of another server), health paths that the world gives, and
 * the status of APIServices, which the server judges by whether it reaches them.
 */
export async function startFront(access: Access, told: () => Told): Promise<Front> {
  const { authority, certificate, key } = access;
  const dispatcher = new Agent({ connect: { ca: authority, cert: certificate, key } });
  const server = createServer((asked, response) => {
    pass(access, dispatcher, told, asked, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The front has no port.');
  return {
    server: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dispatcher.destroy();
    },
  };
}

async function pass(
  { server, token }: Access,
  dispatcher: Agent,
  told: () => Told,
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  const { host: _, connection: __, ...headers } = asked.headers;
  const { url = '', method } = asked;
  const answered = await request(`${server}${url}`, {
    method: method as 'GET',
    dispatcher,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  const isRefused = answered.statusCode === 401 || answered.statusCode === 403;
  const instead = method === 'GET' && !isRefused ? answerOf(url, told()) : undefined;
  if (instead !== undefined) {
    await answered.body.dump();
    response.writeHead(instead.status, { 'content-type': 'text/plain' }).end(instead.body);
    return;
  }
  if (method === 'GET' && !isRefused && url.startsWith('/apis/apiregistration.k8s.io/v1/apiservices')) {
    const body = JSON.stringify(withStatus(await answered.body.json(), told().objects));
    response.writeHead(answered.statusCode, { 'content-type': 'application/json' }).end(body);
    return;
  }
  response.writeHead(answered.statusCode, answered.headers as Record<string, string>);
  await pipeline(answered.body, response);
}

type Answer = { readonly status: number; readonly body: string };

/** Undefined when the API server answers for itself. A path that the world does not hold is missing. */
function answerOf(url: string, { get, version }: Told): Answer | undefined {
  const given = get.find(({ path }) => path === url);
  if (given !== undefined) return given;
  if (url === '/version') {
    const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
    return { status: 200, body: JSON.stringify({ major, minor, gitVersion: version }) };
  }
  const isOfOthers = url === '/metrics' || url.startsWith('/apis/metrics.k8s.io/') || /\/proxy(\/|\?|$)/.test(url);
  return isOfOthers ? { status: 404, body: 'not found' } : undefined;
}

type Listed = { readonly metadata?: { readonly name?: string }; readonly items?: readonly Listed[]; status?: unknown };

function withStatus(answer: unknown, objects: Told['objects']): unknown {
  const one = (listed: Listed): Listed => {
    const given = objects.find(
      ({ kind, metadata }) => kind === 'APIService' && metadata.name === listed.metadata?.name,
    );
    return given === undefined ? listed : { ...listed, status: given['status'] };
  };
  const { items, ...rest } = answer as Listed;
  return items === undefined ? one(rest) : { ...rest, items: items.map(one) };
}
