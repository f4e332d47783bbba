import { alertmanagerWebhook, webhookPath } from './adapters/alertmanager/webhook.ts';
import type { Metrics } from './adapters/prometheus/metrics.ts';
import type { HttpOptions, Route } from './adapters/system/http-server.ts';
import type { createLog } from './adapters/system/log.ts';
import { takeAlerts } from './app/alerts.ts';
import type { House } from './app/house.ts';
import type { LiveConfig } from './live-config.ts';

type Log = ReturnType<typeof createLog>;

/** Nothing is taken from Alertmanager unless the configuration says what to do about it. */
export function alertHook(live: LiveConfig, house: House, log: Log, metrics: Metrics): HttpOptions['raw'] {
  const { alerts } = live.current();
  if (alerts === undefined) return {};
  return {
    [webhookPath]: alertmanagerWebhook({
      token: alerts.token,
      take: async (events) => takeAlerts(events, live.current().alerts ?? alerts, house),
      onRefused: (because) => log.warn('Something from Alertmanager was not taken.', { because }),
      onError: (error) => {
        metrics.countTrouble('the webhook of Alertmanager');
        log.error('A notification of Alertmanager could not be handled.', error);
      },
    }),
  };
}

/** `/healthz` says that the process runs, `/readyz` that it can do its work. */
export function healthRoute(ping: () => Promise<boolean>, connected: () => boolean): Route {
  return async (path) => {
    if (path === '/healthz') return { status: 200, body: 'ok\n' };
    if (path !== '/readyz') return undefined;
    const store = await ping();
    const chat = connected();
    const body = `redis: ${store ? 'ok' : 'away'}\nslack: ${chat ? 'ok' : 'away'}\n`;
    return { status: store && chat ? 200 : 503, body };
  };
}

export function metricsRoute(metrics: Metrics, connected: () => boolean): Route {
  return async (path) => {
    if (path !== '/metrics') return undefined;
    metrics.setConnected(connected());
    return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() };
  };
}
