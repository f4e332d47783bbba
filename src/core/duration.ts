const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `20s`, `2m`, `1h` or `7d`; undefined for anything else. */
export function parseDuration(written: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(written.trim());
  if (match === null) return undefined;
  return Number(match[1]) * units[match[2] as keyof typeof units];
}

/** `45 s`, `8 min`, `3 h 5 min`, `2 days`: the two largest units, for a sentence. */
export function sayDuration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return 'less than 1 s';
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `10:03:12 UTC`, or with the day when it is not the day of `now`. */
export function sayTime(time: Date, now: Date): string {
  const iso = time.toISOString();
  const clock = `${iso.slice(11, 19)} UTC`;
  return iso.slice(0, 10) === now.toISOString().slice(0, 10) ? clock : `${iso.slice(0, 10)} ${clock}`;
}
