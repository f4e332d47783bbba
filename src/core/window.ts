import { z } from 'zod';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'A time of day is written like 09:30.');
const TimeZone = z.string().refine(isTimeZone, { error: 'A time zone is written like Asia/Shanghai or UTC.' });

/**
 * Days and hours of a week. One whose end is not after its beginning goes on until that time of the next day; its
 * days are those on which it begins.
 */
export const Window = z.strictObject({
  days: z
    .array(z.enum(days))
    .min(1)
    .default([...days]),
  from: TimeOfDay,
  to: TimeOfDay,
  timeZone: TimeZone,
  /** What may be done in it: approvals given, fixes applied. */
  for: z
    .array(z.enum(['approvals', 'fixes']))
    .min(1)
    .default(['approvals', 'fixes']),
});
export type Window = z.infer<typeof Window>;
export type WindowUse = Window['for'][number];

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The windows that a use has to keep to; none means that it is never closed. */
export function windowsFor(windows: readonly Window[], use: WindowUse): Window[] {
  return windows.filter((window) => window.for.includes(use));
}

/** Whether one of the windows is open. No window at all is always open. */
export function isOpen(windows: readonly Window[], at: Date): boolean {
  return windows.length === 0 || windows.some((window) => isInside(window, at));
}

/** When one of the windows opens next after a time at which all are closed; at the latest within eight days. */
export function opensNext(windows: readonly Window[], at: Date): Date | undefined {
  const openings = windows.flatMap((window) =>
    Array.from({ length: 9 }, (_, ahead) => opening(window, at, ahead)).filter(
      (time) => time.getTime() > at.getTime() && isInside(window, time),
    ),
  );
  return openings.toSorted((left, right) => left.getTime() - right.getTime())[0];
}

/** `Mon to Fri 09:00–17:00 (Asia/Shanghai)`, and several joined by `or`. */
export function sayWindows(windows: readonly Window[]): string {
  return windows.map(({ days, from, to, timeZone }) => `${sayDays(days)} ${from}–${to} (${timeZone})`).join(' or ');
}

/** `2026-01-06 09:00 (Asia/Shanghai)`: a time as the people of its window read it. */
export function sayOpening(windows: readonly Window[], at: Date): string | undefined {
  const next = opensNext(windows, at);
  const window = windows.find((candidate) => next !== undefined && isInside(candidate, next));
  if (next === undefined || window === undefined) return undefined;
  const { year, month, day, minutes } = wallClock(next, window.timeZone);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${year}-${two(month)}-${two(day)} ${time} (${window.timeZone})`;
}

function sayDays(named: Window['days']): string {
  const sorted = days.filter((day) => named.includes(day));
  if (sorted.length === days.length) return 'every day';
  const [first] = sorted;
  const last = sorted.at(-1);
  const inARow = first !== undefined && last !== undefined && days.indexOf(last) - days.indexOf(first) + 1;
  return inARow === sorted.length && sorted.length > 2 ? `${first} to ${last}` : sorted.join(', ');
}

function isInside({ days: named, from, to, timeZone }: Window, at: Date): boolean {
  const { day, minutes } = { ...wallClock(at, timeZone), day: weekday(at, timeZone) };
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  if (begin < end) return named.includes(day) && minutes >= begin && minutes < end;
  const yesterday = days[(days.indexOf(day) + 6) % 7] ?? day;
  return (named.includes(day) && minutes >= begin) || (named.includes(yesterday) && minutes < end);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

type Wall = { readonly year: number; readonly month: number; readonly day: number; readonly minutes: number };

function partsOf(at: Date, timeZone: string): Readonly<Record<string, string>> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

function wallClock(at: Date, timeZone: string): Wall {
  const { year, month, day, hour, minute } = partsOf(at, timeZone);
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    minutes: Number(hour) * 60 + Number(minute),
  };
}

function weekday(at: Date, timeZone: string): (typeof days)[number] {
  const { weekday: named } = partsOf(at, timeZone);
  return days.find((day) => day === named) ?? 'Mon';
}

/** When the window begins, so many days after the day of `at` where the window is. */
function opening({ from, timeZone }: Window, at: Date, ahead: number): Date {
  const { year, month, day } = wallClock(at, timeZone);
  const wanted = Date.UTC(year, month - 1, day + ahead, 0, minutesOf(from));
  // The offset of a zone depends on the moment, and the moment on the offset: the second round meets the change of clocks.
  const offsetAt = (moment: number) => {
    const wall = wallClock(new Date(moment), timeZone);
    return Date.UTC(wall.year, wall.month - 1, wall.day, 0, wall.minutes) - Math.floor(moment / 60_000) * 60_000;
  };
  const first = wanted - offsetAt(wanted);
  return new Date(wanted - offsetAt(first));
}
