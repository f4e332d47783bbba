import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../../src/local/workspace/workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await startWorkspace({ delivery: { mode: 'socket' }, eventRetryDelaysMs: [] });
});
afterAll(async () => await workspace.close());

type Asked = { path: string; method?: string; headers?: Record<string, string>; body?: string };

/** A request with exactly these headers; `fetch` would not let us forge them. */
async function ask({
  path,
  method = 'GET',
  headers = {},
  body = '',
}: Asked): Promise<{ status: number; body: string; policy: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string; policy: string }>();
  const asked = request(`${workspace.address}${path}`, { method, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const policy = String(response.headers['content-security-policy'] ?? '');
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), policy });
    });
  });
  asked.on('error', reject);
  asked.end(body);
  return await promise;
}

const say = {
  path: '/_workspace/message',
  method: 'POST',
  body: '{"user":"U0ANACHEN1","channel":"oncall","text":"hi"}',
};
const json = { 'content-type': 'application/json' };

test('takes orders from its own page', async () => {
  const answer = await ask({
    ...say,
    headers: { ...json, origin: workspace.address, 'sec-fetch-site': 'same-origin' },
  });
  expect([answer.status, workspace.messages('oncall').length]).toEqual([200, 1]);
});

test.each<[string, Record<string, string>, number]>([
  ['another site', { ...json, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
  ['another port', { ...json, origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }, 403],
  ['a name that was rebound to this machine', { ...json, host: 'evil.example' }, 403],
  ['a plain form', { 'content-type': 'text/plain' }, 404],
])('takes no orders from %s', async (_name, headers, status) => {
  const before = workspace.messages('oncall').length;
  expect((await ask({ ...say, headers })).status).toBe(status);
  expect(workspace.messages('oncall')).toHaveLength(before);
});

test('shows its state to its own page only', async () => {
  expect((await ask({ path: '/_workspace/state' })).status).toBe(200);
  expect((await ask({ path: '/_workspace/state', headers: { host: 'evil.example' } })).status).toBe(403);
});

test('runs nothing but the scripts of the page itself', async () => {
  const { status, policy, body } = await ask({ path: '/' });
  expect(status).toBe(200);
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(body).not.toMatch(/https?:\/\//);
});

test('serves the files of the page and none beside them', async () => {
  expect((await ask({ path: '/main.js' })).status).toBe(200);
  for (const path of [
    '/../workspace.ts',
    '/%2e%2e/workspace.ts',
    '/..%2fworkspace.ts',
    '/page/../../options.ts',
    '/missing.js',
  ]) {
    expect((await ask({ path })).status).toBe(404);
  }
});

test('tells a page what changes, and each person only what is theirs', async () => {
  const bo = await fetch(`${workspace.address}/_workspace/events?user=U0BOLARSEN`);
  const reader = bo.body?.pipeThrough(new TextDecoderStream()).getReader();
  await workspace.as('ana').command('/triage', '', { channel: 'oncall' });
  await workspace.as('ana').say('for everybody', { channel: 'oncall' });
  let heard = '';
  while (!heard.includes('for everybody')) heard += (await reader?.read())?.value ?? '';
  expect(heard).not.toContain('dispatch_failed');
  expect(workspace.ephemerals('U0ANACHEN1')).toHaveLength(1);
  await reader?.cancel();
});
