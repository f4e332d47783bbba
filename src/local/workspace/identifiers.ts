import { randomBytes } from 'node:crypto';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** An identifier in Slack's manner: a letter that tells the kind, then ten capitals and digits. */
export function newId(kind: string): string {
  let id = kind;
  for (const byte of randomBytes(10)) id += letters[byte % letters.length];
  return id;
}

/** Hands out message timestamps ("1767607200.000100"): unique in the workspace and always increasing. */
export function createTimestamps(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now() * 1000);
    const seconds = Math.floor(last / 1_000_000);
    return `${seconds}.${String(last % 1_000_000).padStart(6, '0')}`;
  };
}

/** Microseconds since the epoch, so that timestamps compare as numbers without losing digits. */
export function timestampOrder(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** The form every message timestamp has. */
export function isTimestamp(ts: string): boolean {
  return /^\d{10}\.\d{6}$/.test(ts);
}
