import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Workspace } from '../../../src/local/workspace/workspace.ts';

export type StrictServer = { readonly apiUrl: string; close(): Promise<void> };

/** The workspace behind a server that refuses blocks which the workspace takes, as a stricter or older Slack does. */
export async function startStrictServer(
  workspace: Workspace,
  refuses: (blocks: readonly { readonly type: string }[]) => boolean,
): Promise<StrictServer> {
  const forward = async (path: string, headers: Record<string, string>, body: string): Promise<string> => {
    const response = await fetch(new URL(path.slice(1), workspace.apiUrl), { method: 'POST', headers, body });
    return response.text();
  };
  const server = createServer((request, response) => {
    const { authorization = '', 'content-type': type = '' } = request.headers;
    void (async () => {
      const body = (await buffer(request)).toString();
      const blocks = JSON.parse(new URLSearchParams(body).get('blocks') ?? '[]');
      const answer = refuses(blocks)
        ? JSON.stringify({ ok: false, error: 'invalid_blocks' })
        : await forward(request.url ?? '/', { authorization, 'content-type': type }, body);
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(answer);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/`,
    close: async () => new Promise((resolve) => server.close(() => resolve())),
  };
}
