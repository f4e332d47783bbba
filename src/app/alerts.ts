import { type AlertEvent, type AlertRecord, withEvent, withRun } from '../core/alert.ts';
import { type AlertSettings, routeAlert } from '../core/alert-route.ts';
import { parseDuration, sayDuration } from '../core/duration.ts';
import type { AlertJob } from '../core/job.ts';
import { alertmanager } from '../core/person.ts';
import type { Posted } from '../ports/outbox.ts';
import { showAlert, showOverflow } from './alert-thread.ts';
import type { Catalogue } from './catalogue.ts';
import type { House } from './house.ts';
import { requestRun } from './request-run.ts';

const hourMilliseconds = 3_600_000;

/** An alert that nothing was done about, and why. */
export type IgnoredAlert = { readonly fingerprint: string; readonly because: string };

/**
 * Stores a job for each alert of a notification that a route leads somewhere. The same notification again adds
 * nothing: the jobs are keyed by alert, start and status. Throws `QueueUnavailable`, and may be repeated then.
 */
export async function takeAlerts(
  events: readonly AlertEvent[],
  settings: AlertSettings,
  house: Pick<House, 'queue' | 'registrations'>,
): Promise<{ readonly taken: number; readonly ignored: readonly IgnoredAlert[] }> {
  const clusters = house.registrations.map(({ name }) => name);
  const ignored: IgnoredAlert[] = [];
  for (const event of events) {
    const routed = routeAlert(event.labels, settings.routes, clusters);
    if ('because' in routed) {
      ignored.push({ fingerprint: event.fingerprint, because: routed.because });
      continue;
    }
    const { fingerprint, startsAt, status } = event;
    const job: AlertJob = { show: 'alert', event, routed, limits: settings.limits };
    await house.queue.add('notify', `alert/${fingerprint}/${startsAt}/${status}`, job);
  }
  return { taken: events.length - ignored.length, ignored };
}

/** Shows one event of an alert in the alert's thread and looks into it, within the limits. Safe to begin again. */
export async function handleAlert({ event, routed, limits }: AlertJob, house: House): Promise<void> {
  const { fingerprint, startsAt, status } = event;
  const known = await house.alerts.alert(fingerprint);
  // A recovery of something that nobody was told of is no news.
  if (known === undefined && status === 'resolved') return;
  const record = await house.alerts.update(fingerprint, (before) => withEvent(before, event, routed));
  if (!(await mayHaveThread(record, status, limits, house))) return;
  const root = await showAlert(fingerprint, house);
  if (root === undefined) return;
  if (status === 'firing') await lookInto(record, startsAt, limits, root, house);
  await tellNews(fingerprint, startsAt, house);
}

/** Every alert has a thread, but only so many new ones come in an hour. */
async function mayHaveThread(
  record: AlertRecord,
  status: AlertEvent['status'],
  limits: AlertSettings['limits'],
  house: House,
): Promise<boolean> {
  if (record.episodes.some(({ run }) => run !== undefined)) return true;
  // Whoever works at the firing tells of the recovery too.
  if (status === 'resolved') return false;
  const now = house.clock.now();
  const window = { limit: limits.threadsPerHour, milliseconds: hourMilliseconds, now };
  if (await house.alerts.takePlace(`threads/${record.routed.channel}`, record.fingerprint, window)) return true;
  await showOverflow(record, now, house);
  return false;
}

/** Says in the thread what happened after the first firing, each thing once. */
async function tellNews(fingerprint: string, startsAt: string, house: House): Promise<void> {
  const record = await house.alerts.alert(fingerprint);
  const index = record?.episodes.findIndex((episode) => episode.startsAt === startsAt) ?? -1;
  const episode = record?.episodes[index];
  if (record === undefined || episode === undefined) return;
  const say = async (what: string, tone: 'info' | 'good', text: string) =>
    house.chat.show({
      key: `alert/${fingerprint}/${what}/${startsAt}`,
      channel: record.routed.channel,
      under: { key: `alert/${fingerprint}` },
      screen: { screen: 'notice', tone, text },
    });
  const earlier = record.episodes[index - 1];
  if (earlier !== undefined) {
    const since =
      earlier.endsAt === undefined
        ? 'before it had recovered'
        : `${sayDuration(Date.parse(startsAt) - Date.parse(earlier.endsAt))} after it had recovered`;
    await say('again', 'info', `The alert fires again, ${since}. It has fired ${record.times} times.`);
  }
  if (episode.endsAt !== undefined) {
    const lasted = sayDuration(Date.parse(episode.endsAt) - Date.parse(startsAt));
    await say('recovered', 'good', `The alert has recovered after ${lasted}.`);
  }
}

async function lookInto(
  record: AlertRecord,
  startsAt: string,
  limits: AlertSettings['limits'],
  root: Posted,
  house: House,
): Promise<void> {
  const { fingerprint, routed } = record;
  const settled = await settleRun(record, startsAt, limits, house);
  if (settled === 'asked') {
    const { playbook, cluster, target } = routed;
    const place = { channel: root.channel, thread: root.id };
    await requestRun(
      { delivery: `alert/${fingerprint}/${startsAt}`, playbook, cluster, target, by: alertmanager, place },
      house,
    );
    return;
  }
  const why =
    settled === 'looked-recently'
      ? `it was looked into less than ${limits.againAfter} before`
      : `alerts have started ${limits.runsPerHour} runs within the last hour`;
  await house.chat.show({
    key: `alert/${fingerprint}/not-run/${startsAt}`,
    channel: routed.channel,
    under: { key: `alert/${fingerprint}` },
    screen: {
      screen: 'notice',
      tone: 'info',
      text: `No run was started for this firing, because ${why}. To look now, mention me here: @triage ${routed.playbook} ${routed.cluster}`,
    },
  });
}

/** Whether this firing is looked into; what is settled once stays, also when the job runs again. */
async function settleRun(
  record: AlertRecord,
  startsAt: string,
  limits: AlertSettings['limits'],
  house: House,
): Promise<'asked' | 'looked-recently' | 'too-many'> {
  const before = record.episodes.find((episode) => episode.startsAt === startsAt)?.run;
  if (before !== undefined) return before;
  const now = house.clock.now();
  const again = parseDuration(limits.againAfter) ?? 0;
  const recently = record.episodes.some(
    (episode) =>
      episode.run === 'asked' &&
      episode.startsAt !== startsAt &&
      Math.abs(Date.parse(startsAt) - Date.parse(episode.startsAt)) < again,
  );
  const window = { limit: limits.runsPerHour, milliseconds: hourMilliseconds, now };
  const decided = recently
    ? 'looked-recently'
    : (await house.alerts.takePlace('runs', `${record.fingerprint}/${startsAt}`, window))
      ? 'asked'
      : 'too-many';
  const after = await house.alerts.update(record.fingerprint, (current) =>
    withRun(current ?? record, startsAt, decided),
  );
  return after.episodes.find((episode) => episode.startsAt === startsAt)?.run ?? decided;
}

/** Routes that lead to nothing, with where they stand in the configuration. */
export function wrongRoutes(
  { routes }: AlertSettings,
  { playbooks }: Pick<Catalogue, 'playbooks'>,
  clusters: readonly string[],
): { path: (string | number)[]; message: string }[] {
  return routes.flatMap(({ playbook: id, target, cluster }, index) => {
    const at = (field: string) => ['alerts', 'routes', index, field];
    const playbook = playbooks.find((one) => one.id === id);
    const foreign = Object.keys(target).filter((key) => playbook?.takes.some((taken) => taken === key) === false);
    const isKnown = cluster.includes('{') || clusters.includes(cluster);
    return [
      ...(playbook === undefined ? [{ path: at('playbook'), message: `there is no playbook ${id}` }] : []),
      ...foreign.map((key) => ({ path: at('target'), message: `the playbook ${id} does not take ${key}=` })),
      ...(isKnown ? [] : [{ path: at('cluster'), message: `there is no cluster ${cluster}` }]),
    ];
  });
}
