import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';
import type { Fault } from '../contracts/cluster/examinee.ts';
import type { Access } from './control-plane/kubeconfig.ts';

export type FaultProxy = {
  readonly server: string;
  /** Connections that were ever made to it. */
  connections(): number;
  close(): Promise<void>;
};

/**
 * A plain HTTP server on loopback in front of a real API server, which answers as the identity of `access`. It does
 * what a real server does not do on demand, as often as it is told to, and is honest otherwise.
 */
export async function startFaultProxy(
  access: Access,
  faults: readonly Fault[],
  /** Is waited for when a list asks for its next page, before the server is asked. */
  beforeNextPage: () => Promise<void> = async () => undefined,
): Promise<FaultProxy> {
  const { authority, certificate, key } = access;
  const dispatcher = new Agent({ connect: { ca: authority, cert: certificate, key } });
  const left = faults.map((fault) => ({ ...fault }));
  const server = createServer((asked, response) => {
    const fault = left.find((candidate) => candidate.times > 0 && isAbout(candidate, asked));
    if (fault !== undefined) fault.times -= 1;
    const isNextPage = isAbout({ on: 'next-page' }, asked);
    const ready = isNextPage ? beforeNextPage() : Promise.resolve();
    ready.then(async () => answer(access, dispatcher, fault, asked, response)).catch(() => response.destroy());
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    server: `http://127.0.0.1:${address.port}`,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dispatcher.destroy();
    },
  };
}

function isAbout({ on }: Pick<Fault, 'on'>, { method, url = '' }: IncomingMessage): boolean {
  if (on === 'write') return method !== 'GET';
  return method === 'GET' && (on === 'read' || new URL(url, 'http://proxy').searchParams.has('continue'));
}

async function answer(
  { server, token }: Access,
  dispatcher: Agent,
  fault: Fault | undefined,
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  if (typeof fault?.answer === 'number') {
    refuse(fault.answer, response);
    return;
  }
  const { host: _, connection: __, ...headers } = asked.headers;
  const answered = await request(`${server}${asked.url}`, {
    method: asked.method as 'GET',
    dispatcher,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  if (fault === undefined) {
    response.writeHead(answered.statusCode, answered.headers as Record<string, string>);
    await pipeline(answered.body, response);
    return;
  }
  await answered.body.dump();
  if (fault.answer === 'lost') asked.socket.destroy();
}

const reasons: Readonly<Record<number, string>> = { 410: 'Expired', 429: 'TooManyRequests', 503: 'ServiceUnavailable' };

function refuse(code: number, response: ServerResponse): void {
  const message = `the proxy answers ${code} because the test says so`;
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: reasons[code],
    code,
  };
  response.writeHead(code, { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '1' } : {}) });
  response.end(JSON.stringify(status));
}
