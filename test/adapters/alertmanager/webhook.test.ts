import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { alertmanagerWebhook, webhookPath } from '../../../src/adapters/alertmanager/webhook.ts';
import { serveHttp } from '../../../src/adapters/system/http-server.ts';
import type { AlertEvent } from '../../../src/core/alert.ts';
import { QueueUnavailable } from '../../../src/ports/queue.ts';

const token = 'a-token-of-some-length';
const alert = {
  status: 'firing',
  labels: { alertname: 'KubeOvnSubnetNotReady', cluster: 'prod-sh' },
  annotations: { summary: 'The subnet is not ready.' },
  startsAt: '2026-01-05T18:00:00+08:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://prometheus.example.com/graph',
  fingerprint: 'c0ffee',
};

let server: Server;
let taken: AlertEvent[];
let refused: string[];
let away: boolean;

beforeEach(async () => {
  [taken, refused, away] = [[], [], false];
  const hook = alertmanagerWebhook({
    token,
    take: async (events) => {
      if (away) throw new QueueUnavailable('Redis is away.');
      taken.push(...events);
      return { taken: events.length, ignored: [] };
    },
    onRefused: (because) => refused.push(because),
    onError: (error) => {
      throw error;
    },
  });
  server = await serveHttp({ port: 0, routes: [], raw: { [webhookPath]: hook }, onError: () => undefined });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function send(body: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${webhookPath}`, { method: 'POST', body, headers });
}

const notification = (...alerts: unknown[]) => JSON.stringify({ version: '4', status: 'firing', alerts });

describe('the webhook of Alertmanager', () => {
  test('takes each alert with its time in UTC, and no end while it fires', async () => {
    const response = await send(notification(alert));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ taken: 1, ignored: [] });
    expect(taken).toEqual([
      {
        fingerprint: 'c0ffee',
        status: 'firing',
        startsAt: '2026-01-05T10:00:00.000Z',
        labels: alert.labels,
        says: 'The subnet is not ready.',
        source: 'https://prometheus.example.com/graph',
      },
    ]);
  });

  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer a-token-of-some-lengtH' }],
    ['another scheme', { authorization: `Basic ${token}` }],
  ])('refuses a request with %s before it reads it', async (_name, headers) => {
    expect((await send(notification(alert), headers)).status).toBe(401);
    expect(taken).toEqual([]);
    expect(refused).toEqual(['The bearer token is missing or is another one.']);
  });

  test('refuses what is too large, also when its length is not told beforehand', async () => {
    const { port } = server.address() as AddressInfo;
    const large = 'x'.repeat(1024 * 1024 + 1);
    expect((await send(large)).status).toBe(413);
    const unannounced = new Promise<number | undefined>((resolve) => {
      const headers = { authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' };
      const sending = request({ port, path: webhookPath, method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
      });
      // The rest is not taken any more once the answer is on its way.
      sending.on('error', () => undefined);
      sending.end(large);
    });
    expect(await unannounced).toBe(413);
    expect(taken).toEqual([]);
  });

  test('says what is wrong with a body, and where', async () => {
    const wrong = await send(notification({ ...alert, fingerprint: '../../etc', startsAt: 'yesterday' }));
    expect(wrong.status).toBe(400);
    const { error } = (await wrong.json()) as { error: string };
    expect(error).toContain('alerts.0.fingerprint');
    expect(error).toContain('alerts.0.startsAt');
    expect((await send('{')).status).toBe(400);
    expect((await send(JSON.stringify({ version: '3', alerts: [] }))).status).toBe(400);
  });

  test('asks for the notification again while the queue is away', async () => {
    away = true;
    expect((await send(notification(alert))).status).toBe(503);
    away = false;
    expect((await send(notification(alert))).status).toBe(200);
  });

  test('cuts what is longer than a label or a text may be, and says what Alertmanager left out', async () => {
    const labels = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`l${index}`, 'v'.repeat(5000)]));
    const body = JSON.stringify({
      version: '4',
      truncatedAlerts: 7,
      alerts: [{ ...alert, labels, annotations: { description: 'd'.repeat(9000) } }],
    });
    expect((await send(body)).status).toBe(200);
    const [event] = taken;
    expect(Object.keys(event?.labels ?? {})).toHaveLength(60);
    expect(event?.labels['l0']).toHaveLength(300);
    expect(event?.says).toHaveLength(1500);
    expect(refused).toEqual(['Alertmanager left 7 alerts out of a notification.']);
  });

  test('takes POST alone', async () => {
    const { port } = server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}${webhookPath}`)).status).toBe(405);
  });
});
