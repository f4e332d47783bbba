import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from './api/dispatch.ts';
import { answerJson, answerText, bearerOf, readFields, readUpload } from './body.ts';
import { type Control, isOwnOrigin } from './control.ts';
import { servePage } from './page-files.ts';
import { Refusal } from './refusal.ts';
import { respondTo } from './responses.ts';
import type { World } from './world.ts';

/** The one HTTP server: Web API, uploads, downloads, response URLs, the page and its orders. */
export type WorkspaceServer = {
  readonly http: Server;
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
};

export function createWorkspaceServer(world: World, api: Api, control: Control): WorkspaceServer {
  const callApi = async (method: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = await readFields(request);
    const answer = await api({ method, given, token: bearerOf(request) });
    // A reset, not a polite end: the caller sees its connection break.
    if (answer.reset) request.socket.resetAndDestroy();
    else answerJson(response, answer.status, answer.body, answer.headers);
  };

  const upload = async (id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const content = await readUpload(request);
    try {
      world.files.receive(id, content);
      answerText(response, 200, `OK - ${content.length}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answerText(response, 400, error.code);
    }
  };

  const download = (id: string, request: IncomingMessage, response: ServerResponse): void => {
    const file = world.files.find(id);
    const allowed = bearerOf(request) === world.settings.botToken || isOwnOrigin(request);
    if (!allowed || file?.content === undefined) return answerText(response, 404, 'There is no such file.');
    response.writeHead(200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    response.end(file.content);
  };

  const respond = async (id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = respondTo(world, id, await readFields(request));
    answerText(response, status, body);
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    const [, first = '', second = ''] = pathname.split('/');
    const isPost = request.method === 'POST';
    if (first === 'api') return await callApi(pathname.slice('/api/'.length), request, response);
    if (first === 'upload' && isPost) return await upload(second, request, response);
    if (first === 'actions' && isPost) return await respond(second, request, response);
    if (first === 'files') return download(second, request, response);
    if (first === '_workspace') return await control.handle(second, request, response);
    if (request.method === 'GET' || request.method === 'HEAD') return await servePage(pathname, response);
    answerText(response, 405, 'That method is not allowed here.');
  };

  const http = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      // Not the bot's mistake but ours: say so, and do not take the workspace down with it.
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { ok: false, error: 'internal_error' });
    });
  });

  return {
    http,
    async listen(port, host) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      http.once('error', reject);
      http.listen(port, host, () => resolve());
      await promise;
      http.off('error', reject);
      return (http.address() as AddressInfo).port;
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      http.close(() => resolve());
      http.closeAllConnections();
      await promise;
    },
  };
}
