import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fields, fieldsOf, parseJson } from './json.ts';

/** More than any message or evidence file; a larger request is cut off. */
const mostBytes = 32 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const held = Buffer.from(chunk as Uint8Array);
    size += held.length;
    if (size > mostBytes) throw new Error('The request is too large.');
    chunks.push(held);
  }
  return Buffer.concat(chunks);
}

/** The arguments of a call: JSON, a form, a multipart form, or the query. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://local').searchParams);
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (type.startsWith('application/json')) return { ...query, ...fieldsOf(parseJson(body.toString())) };
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return { ...query, ...Object.fromEntries([...form].filter(([, value]) => typeof value === 'string')) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}

/** The bytes of an upload, raw or as the file of a multipart form. */
export async function readUpload(request: IncomingMessage): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const [, value] of form) {
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  }
  return Buffer.alloc(0);
}

export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

export function answerText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(body);
}
