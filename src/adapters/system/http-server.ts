import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Answers GET for a path, or undefined for one that it does not know. `path` is decoded and begins with a slash. */
export type Route = (path: string, query: URLSearchParams) => Promise<Answer | undefined> | Answer | undefined;

export type HttpOptions = {
  readonly port: number;
  readonly routes: readonly Route[];
  /** Takes whole requests under an exact path, such as the events of a chat. */
  readonly raw?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
  readonly onError: (error: unknown) => void;
};

const patienceMilliseconds = 30_000;

/** The small HTTP server of a process: health, metrics, articles and, in HTTP mode, the events of the chat. */
export async function serveHttp({ port, routes, raw = {}, onError }: HttpOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const take = raw[url.pathname];
    if (take !== undefined) {
      take(request, response);
      return;
    }
    answer(request.method ?? 'GET', url, routes)
      .catch((error: unknown): Answer => {
        onError(error);
        return { status: 500, body: 'Something went wrong here; it is in the log.\n' };
      })
      .then((given) => send(response, given, request.method === 'HEAD'))
      .catch(onError);
  });
  server.requestTimeout = patienceMilliseconds;
  server.headersTimeout = patienceMilliseconds;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return server;
}

async function answer(method: string, url: URL, routes: readonly Route[]): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { allow: 'GET, HEAD' }, body: 'Only GET is answered here.\n' };
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return { status: 400, body: 'The address is not encoded as it should be.\n' };
  }
  for (const route of routes) {
    const given = await route(path, url.searchParams);
    if (given !== undefined) return given;
  }
  return { status: 404, body: 'There is nothing here.\n' };
}

function send(response: ServerResponse, { status, headers, body }: Answer, headOnly: boolean): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(headOnly ? undefined : body);
}
