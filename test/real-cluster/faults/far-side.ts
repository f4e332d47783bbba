import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logKey, type Store } from '../../../src/adapters/simulated/store.ts';

/** What a kubelet has to know to answer for a log: the lines of the world, and what time it is there. */
export type Node = { readonly store: Pick<Store, 'logs'>; now(): Date };

/** The network behind an API server, as an HTTP CONNECT proxy: kubelets that answer logs, and nobody else at home. */
export type FarSide = {
  /** The Unix socket that it listens on. */
  readonly socket: string;
  /** Puts all kubelets there, with the certificate that they show. */
  serve(node: Node, certificate: { readonly cert: Buffer; readonly key: Buffer }): void;
  close(): Promise<void>;
};

const kubeletPort = '10250';

export async function startFarSide(): Promise<FarSide> {
  let node: Node | undefined;
  let kubelet: TlsServer | undefined;
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on('connect', ({ url = '' }: IncomingMessage, asking: Socket) => {
    asking.on('error', () => asking.destroy());
    sockets.add(asking);
    asking.once('close', () => sockets.delete(asking));
    if (kubelet === undefined || !url.endsWith(`:${kubeletPort}`)) {
      asking.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    asking.write('HTTP/1.1 200 OK\r\n\r\n');
    kubelet.emit('connection', asking);
  });
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-far-side-'));
  const socket = join(folder, 'proxy.sock');
  await new Promise<void>((resolve) => proxy.listen(socket, resolve));
  return {
    socket,
    serve: (served, certificate) => {
      node = served;
      kubelet ??= createTlsServer(certificate, (asked, response) => answer(node, asked, response));
    },
    close: async () => {
      for (const open of sockets) open.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As a kubelet answers `/containerLogs/<namespace>/<pod>/<container>`. */
function answer(node: Node | undefined, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'https://kubelet');
  const [, what, namespace, pod, container = ''] = pathname.split('/');
  const previous = searchParams.get('previous') === 'true';
  const lines = node?.store.logs.get(logKey(`${namespace}/${pod}`, container, previous));
  if (what !== 'containerLogs' || node === undefined || lines === undefined) {
    const says = previous
      ? `previous terminated container "${container}" in pod "${pod}" not found`
      : `container "${container}" in pod "${pod}" is not available`;
    response.writeHead(400, { 'content-type': 'text/plain' }).end(says);
    return;
  }
  const tail = searchParams.get('tailLines');
  const since = searchParams.get('sinceSeconds');
  const oldest = since === null ? -Infinity : node.now().getTime() - Number(since) * 1000;
  const asked = (tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail)))).filter((line) => {
    const at = Date.parse(line.slice(0, line.indexOf(' ')));
    return Number.isNaN(at) || at >= oldest;
  });
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(asked.map((line) => `${line}\n`).join(''));
}
