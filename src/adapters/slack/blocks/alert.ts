import type { AlertScreen } from '../../../core/screen.ts';
import { compose, detail, needed, type Rendering, useful } from './compose.ts';
import { clampList, clampText } from './limits.ts';
import { escape, moment } from './mrkdwn.ts';
import { context, header } from './pieces.ts';
import { code, line, link, list, richText, words } from './rich-text.ts';

const shownLabels = 12;

/** The root message of an alert's thread: what fires, since when, how often. Runs and news are replies. */
export function renderAlert(screen: AlertScreen): Rendering {
  const { firing, name, cluster, says, since, until, times, source } = screen;
  const headline = `${firing ? '🚨 Firing' : '🟢 Recovered'}: ${clampText(name, 90)} · ${clampText(cluster, 40)}`;
  const when = firing || until === undefined ? `Since ${moment(since)}` : `From ${moment(since)} to ${moment(until)}`;
  const often = times > 1 ? ` · it has fired ${times} times` : '';
  const { shown, left } = clampList(
    Object.entries(screen.labels).filter(([label]) => label !== 'alertname'),
    shownLabels,
  );
  const labels = shown.map(([label, value]) => line(code(`${label}=${value}`)));
  const more = left > 0 ? [line(words(`${left} more labels`))] : [];
  return compose(
    [headline, says].filter((text) => text !== '').join('. '),
    [
      needed(header(headline)),
      needed(context({ markup: `${when}${escape(often)}` })),
      useful(richText(line(words(says)))),
      useful(source === undefined ? [] : richText(line(link(source, 'Open it in the monitoring')))),
      detail(richText(list('bullet', [...labels, ...more]))),
    ],
    'Alertmanager shows the rest.',
  );
}
