import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { answerText } from './body.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing but the page's own scripts runs, and nobody may frame it. Images may come from anywhere: blocks name them. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src * data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the files of the page; only names that are there when asked, so no path leads elsewhere. */
export async function servePage(path: string, response: ServerResponse): Promise<void> {
  const folder = new URL('./page/', import.meta.url);
  const name = path === '/' || path.startsWith('/archives/') ? 'index.html' : path.slice(1);
  const known = await readdir(folder, { recursive: true });
  const type = types[extname(name)];
  if (!known.includes(name) || type === undefined) return answerText(response, 404, 'There is no such page.');
  const content = await readFile(new URL(name, folder));
  response.writeHead(200, {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  response.end(content);
}
