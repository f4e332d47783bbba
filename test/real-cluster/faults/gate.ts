import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';

/**
 * What becomes of the next change on its way: whether it arrives, whether its answer comes back, and whether somebody
 * listens afterwards.
 */
export type Passage = 'lost on its way' | 'answer lost' | 'never answered' | 'answer lost, then away' | 'then away';

/** A way to an API server that can break, at the moment that a test chooses. Reads and dry runs pass it as long as it is open. */
export type Gate = {
  readonly server: string;
  /** What becomes of the next change. `before` happens when it was sent and has not arrived yet. */
  next(passage: Passage | undefined, before?: () => Promise<void>): void;
  isOpen(): boolean;
  /** Listens again at the same address, after it was away. */
  open(): Promise<void>;
  close(): Promise<void>;
};

/** Opens one in front of a plain HTTP server. `made` is told of each change that the server carried out, before its answer. */
export async function openGate(to: string, made: () => Promise<void>): Promise<Gate> {
  const dispatcher = new Agent();
  let next: { readonly passage: Passage | undefined; readonly before: () => Promise<void> } | undefined;

  const server = createServer((asked, response) => {
    pass(asked, response).catch(() => response.destroy());
  });

  const shut = (): void => {
    server.close();
    server.closeAllConnections();
  };

  const pass = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isChange = asked.method !== 'GET' && !isDryRun(asked.url ?? '', body.toString('utf8'));
    const happens = isChange ? next : undefined;
    if (isChange) next = undefined;
    await happens?.before();
    if (happens?.passage === 'lost on its way') {
      asked.socket.destroy();
      return;
    }
    const { host: _, connection: __, ...headers } = asked.headers;
    const answered = await request(`${to}${asked.url}`, {
      method: asked.method as 'GET',
      dispatcher,
      headers,
      ...(body.length === 0 ? {} : { body }),
    });
    const answer = Buffer.from(await answered.body.arrayBuffer());
    if (isChange && answered.statusCode < 300) await made();
    switch (happens?.passage) {
      case 'never answered':
        return;
      case 'answer lost':
        asked.socket.destroy();
        return;
      case 'answer lost, then away':
        shut();
        return;
      default:
        if (happens?.passage === 'then away') response.once('close', shut);
        response.writeHead(answered.statusCode, withoutLength(answered.headers)).end(answer);
    }
  };

  const listen = async (port: number): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The gate has no port.');
    return address.port;
  };

  const port = await listen(0);
  return {
    server: `http://127.0.0.1:${port}`,
    next: (passage, before = async () => undefined) => {
      next = { passage, before };
    },
    isOpen: () => server.listening,
    open: async () => {
      if (!server.listening) await listen(port);
    },
    close: async () => {
      shut();
      await dispatcher.destroy();
    },
  };
}

/** A deletion and an eviction say in their body that they are a trial, a patch in its address. */
function isDryRun(url: string, body: string): boolean {
  return new URL(url, 'http://gate').searchParams.has('dryRun') || body.includes('"dryRun":["All"]');
}

function withoutLength(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const { 'transfer-encoding': _, connection: __, ...rest } = headers;
  return rest;
}
