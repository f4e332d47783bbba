import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Disconnect } from '../faults.ts';
import { type Fields, fieldsOf, parseJson, textOf } from '../json.ts';
import { limits } from '../limits.ts';
import type { Delivery, Envelope, Receipt } from './delivery.ts';

export type SocketMode = Delivery & {
  /** A fresh address; its ticket opens one socket. */
  openAddress(origin: string): string;
  /** Takes an upgrade request whose path is that of a ticket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  disconnect(how: Disconnect): void;
};

export type SocketModeOptions = {
  readonly ackTimeoutMs: number;
  readonly appId: string;
  /** True when this acknowledgement is to be lost on purpose. */
  readonly dropAcknowledgement: () => boolean;
  readonly onConnections: (open: number) => void;
};

/** How long a client has to leave by itself after it was told to. */
const leaveWithinMs = 2000;
/** The same when the workspace itself goes. */
const closeWithinMs = 300;
/** Slack pings as well; the client believes a silent server is gone after 30 s. */
const pingEveryMs = 10_000;

/** Slack's Socket Mode: several sockets, each envelope to one of them in turn, acknowledged by its envelope_id. */
export function createSocketMode(options: SocketModeOptions): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const waiting = new Map<string, (payload: Fields) => void>();
  let turn = 0;

  const leave = (socket: WebSocket): void => {
    const index = open.indexOf(socket);
    if (index < 0) return;
    open.splice(index, 1);
    options.onConnections(open.length);
  };

  const receive = (data: string): void => {
    const message = fieldsOf(parseJson(data));
    const id = textOf(message['envelope_id']);
    const settle = id === undefined ? undefined : waiting.get(id);
    if (settle === undefined || options.dropAcknowledgement()) return;
    settle(fieldsOf(message['payload']));
  };

  const welcome = (socket: WebSocket): void => {
    open.push(socket);
    socket.on('message', (data: Buffer) => receive(data.toString()));
    socket.on('close', () => leave(socket));
    socket.on('error', () => socket.terminate());
    const info = { app_id: options.appId };
    const debug = { host: 'local', approximate_connection_time: 3600 };
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: open.length, connection_info: info, debug_info: debug }),
    );
    options.onConnections(open.length);
  };

  const pings = setInterval(() => {
    for (const socket of open) socket.ping();
  }, pingEveryMs);
  pings.unref();

  return {
    openAddress(origin) {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${options.appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://local').searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket) || open.length >= limits.sockets) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    async send({ type, payload, retry }: Envelope): Promise<Receipt> {
      const socket = open[turn % Math.max(1, open.length)];
      turn += 1;
      if (socket === undefined) return { acknowledged: false, reason: 'no_connection' };
      const id = randomUUID();
      const attempt = { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' };
      const envelope = {
        envelope_id: id,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
        ...(type === 'events_api' ? attempt : {}),
      };
      const { promise, resolve } = Promise.withResolvers<Receipt>();
      const timer = setTimeout(() => resolve({ acknowledged: false, reason: 'timeout' }), options.ackTimeoutMs);
      waiting.set(id, (held) => resolve({ acknowledged: true, payload: held }));
      socket.send(JSON.stringify(envelope));
      const receipt = await promise;
      clearTimeout(timer);
      waiting.delete(id);
      return receipt;
    },
    connections: () => open.length,
    disconnect(how) {
      for (const socket of open.slice()) {
        if (how === 'abrupt') {
          socket.terminate();
          continue;
        }
        socket.send(JSON.stringify({ type: 'disconnect', reason: how, debug_info: { host: 'local' } }));
        // A socket that was told to leave gets no more envelopes, whether it goes at once or not.
        leave(socket);
        setTimeout(() => socket.terminate(), leaveWithinMs).unref();
      }
    },
    async close() {
      clearInterval(pings);
      const left = [...server.clients].map(async (socket) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        socket.once('close', () => resolve());
        socket.close(1001);
        const impatient = setTimeout(() => socket.terminate(), closeWithinMs);
        await promise;
        clearTimeout(impatient);
      });
      await Promise.all(left);
      server.close();
    },
  };
}
