import { safeText } from '../../core/redact.ts';

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON object a line to standard error; every text is made plain and redacted first. */
export type Log = {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, error: unknown, fields?: Fields): void;
};

export function createLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const put = (level: string, message: string, fields: Fields) => {
    const safe = Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' ? safeText(value) : value,
    ]);
    write(
      `${JSON.stringify({ at: new Date().toISOString(), level, message: safeText(message), ...Object.fromEntries(safe) })}\n`,
    );
  };
  return {
    info: (message, fields = {}) => put('info', message, fields),
    warn: (message, fields = {}) => put('warn', message, fields),
    error: (message, error, fields = {}) =>
      put('error', message, {
        ...fields,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  };
}
