const hidden = '[redacted]';

/** Secrets by their shape. Order matters: blocks before lines, lines before words. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, '[redacted private key]'],
  [/\b(authorization\s*[:=]\s*["']?)(?:bearer|basic|token)\s+[^\s"',;]+/gi, `$1${hidden}`],
  [/\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1${hidden}`],
  [/\bey[JK][A-Za-z0-9_-]{6,1024}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g, '[redacted token]'],
  [/\bxox[abeprs]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}/g, '[redacted token]'],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}/g, '[redacted token]'],
  [/\bAKIA[0-9A-Z]{16}\b/g, '[redacted key]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/"']{0,256}:)[^\s@/"']{1,256}@/gi, `$1${hidden}@`],
  [
    /(["']?\b(?:[\w.-]{0,64}[_-])?(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key)\b["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;&]+)/gi,
    `$1${hidden}`,
  ],
  [/\b((?:client|certificate-authority|client-key)-(?:key-)?data\s*:\s*)\S+/gi, `$1${hidden}`],
];

/**
 * Takes secrets out of text that leaves the cluster: bearer tokens, JWTs, private keys, passwords in URLs and in
 * `key=value`, well-known vendor tokens. Must run before any truncation, which could cut a pattern in half.
 */
export function redact(text: string): string {
  return patterns.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}

// The escape sequences a terminal obeys: CSI, OSC, and single-character ones.
const escapeSequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
// Control characters other than tab and newline, and the marks that reorder text.
const controlCharacters =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** Removes what could act on a terminal or hide text: ANSI codes, control characters, direction marks. */
export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(controlCharacters, '');
}

/** What every untrusted text goes through before it is shown: made plain, then redacted. */
export function safeText(text: string): string {
  return redact(plainText(text));
}

// A field that is named after a secret holds one, whatever it looks like.
const secretName =
  /(?:^|[._-])(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key)$/i;

/** The same JSON value with every text in it redacted, for what is kept as data rather than shown as a sentence. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      redact(key),
      typeof held === 'string' && secretName.test(key) ? hidden : redactValue(held),
    ]),
  );
}
