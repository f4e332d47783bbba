import { type AlertRecord, alertName, isFiring } from '../core/alert.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { AlertScreen } from '../core/screen.ts';
import type { Posted } from '../ports/outbox.ts';
import type { House } from './house.ts';

/** Shows where an alert stands in the root message of its thread. */
export async function showAlert(fingerprint: string, house: House): Promise<Posted | undefined> {
  let shown = '';
  let posted: Posted | undefined;
  for (;;) {
    const record = await house.alerts.alert(fingerprint);
    if (record === undefined) return undefined;
    const screen = screenOf(record);
    // Another process may have taken in news while this one was showing the old ones.
    if (posted !== undefined && shown === canonicalJson(screen)) return posted;
    shown = canonicalJson(screen);
    posted = await house.chat.show({ key: `alert/${fingerprint}`, channel: record.routed.channel, screen });
  }
}

function screenOf(record: AlertRecord): AlertScreen {
  const latest = record.episodes.at(-1);
  return {
    screen: 'alert',
    name: alertName(record),
    firing: isFiring(record),
    since: latest?.startsAt ?? '',
    until: isFiring(record) ? undefined : latest?.endsAt,
    times: record.times,
    cluster: record.routed.cluster,
    says: record.says,
    labels: record.labels,
    source: record.source,
  };
}

/** When a channel has had its share of threads, further alerts are named in one message for the hour. */
export async function showOverflow(record: AlertRecord, now: Date, house: House): Promise<void> {
  const { channel, cluster } = record.routed;
  const hour = now.toISOString().slice(0, 13);
  const lines = await house.alerts.addTo(`${channel}/${hour}`, `${alertName(record)} on ${cluster}`);
  const names = lines.slice(0, 30).join('; ');
  const more = lines.length > 30 ? `; and ${lines.length - 30} more` : '';
  await house.chat.show({
    key: `alerts/${channel}/${hour}`,
    channel,
    screen: {
      screen: 'notice',
      tone: 'bad',
      text: `More alerts came in within an hour than get threads of their own here. These were not looked into: ${names}${more}. Their state is in Alertmanager.`,
    },
  });
}
