const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });

export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

export function clockOf(ts) {
  return clock.format(dateOf(ts));
}

export function exactlyOf(ts) {
  return exact.format(dateOf(ts));
}

export function dayOf(ts) {
  const date = dateOf(ts);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return 'Today';
  return days === 1 ? 'Yesterday' : day.format(date);
}

const long = { year: 'numeric', month: 'long', day: 'numeric' };
const parts = {
  date_num: (date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`,
  date_slash: (date) => `${date.getMonth() + 1}/${date.getDate()}/${date.getFullYear()}`,
  date: (date) => date.toLocaleDateString(undefined, long),
  date_short: (date) => date.toLocaleDateString(undefined, { ...long, month: 'short' }),
  date_long: (date) => date.toLocaleDateString(undefined, { ...long, weekday: 'long' }),
  date_pretty: (date) => pretty(date, parts.date),
  date_short_pretty: (date) => pretty(date, parts.date_short),
  date_long_pretty: (date) => pretty(date, parts.date_long),
  time: (date) => clock.format(date),
  time_secs: (date) => date.toLocaleTimeString(),
  ago: (date) => ago(date),
};

function pretty(date, otherwise) {
  const said = dayOf(date.getTime() / 1000);
  return said === 'Today' || said === 'Yesterday' ? said.toLowerCase() : otherwise(date);
}

function ago(date) {
  const minutes = Math.round((Date.now() - date.getTime()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return relative.format(-minutes, 'minute');
  if (Math.abs(minutes) < 48 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
  return relative.format(-Math.round(minutes / 1440), 'day');
}

/** A date as `<!date^...>` asks for it: "{date_short} at {time}". */
export function formatDate(seconds, format) {
  const date = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(parts, name) ? parts[name](date) : whole));
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
