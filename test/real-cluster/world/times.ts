import type { WorldLog } from '../../../src/core/world.ts';

/** By how many milliseconds a moment moves; whole seconds, so that written fractions stay as they are. */
export type Shift = (at: number) => number;

const written = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/g;

/** Moves every time in a value, those inside longer texts such as a lock's annotation included. */
export function shiftTimes<Value>(value: Value, shift: Shift): Value {
  return shifted(value, shift) as Value;
}

function shifted(value: unknown, shift: Shift): unknown {
  if (typeof value === 'string') return shiftText(value, shift);
  if (Array.isArray(value)) return value.map((part) => shifted(part, shift));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shifted(part, shift)]));
}

function shiftText(text: string, shift: Shift): string {
  return text.replaceAll(written, (time, seconds: string, rest: string) => {
    const at = Date.parse(time);
    return Number.isNaN(at) ? time : `${moved(seconds, shift(at))}${rest}`;
  });
}

function moved(seconds: string, by: number): string {
  return new Date(Date.parse(`${seconds}Z`) + by).toISOString().slice(0, 19);
}

/** `E0105 09:51:57.204000`: a klog line says its time once more, without the year. */
const klogHead = /^(\S+ [IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d)/;

/** Moves the times of log lines: the one that the container runtime wrote, and the one of klog behind it. */
export function shiftLog(log: WorldLog, shift: Shift): WorldLog {
  const lines = log.lines.map((line) => {
    const inner = line.replace(klogHead, (_head, before: string, month: string, day: string, time: string) => {
      const seconds = `${line.slice(0, 4)}-${month}-${day}T${time}`;
      const at = moved(seconds, shift(Date.parse(`${seconds}Z`)));
      return `${before}${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11)}`;
    });
    return shiftText(inner, shift);
  });
  return { ...log, lines };
}
