import { safeText } from '../../../core/redact.ts';

/** Longer single texts are cut before anything looks at them; every rendering clamps far below this. */
const longest = 60_000;

/** What any text goes through before it is shown: plain, redacted, one kind of line end, whole characters only. */
export function safeWords(text: string): string {
  const safe = safeText(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
  return safe.slice(0, longest).toWellFormed();
}

/**
 * The same value with every text in it made safe, keys of records included, so that a rendering cannot forget one.
 * Redaction comes first and cutting after it: a cut could hide half of a secret from the patterns.
 */
export function safeValue<Value>(value: Value): Value {
  return made(value) as Value;
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return safeWords(value);
  if (Array.isArray(value)) return value.map(made);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [safeWords(key), made(held)]));
}
