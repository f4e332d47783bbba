import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import { redact } from '../../core/redact.ts';

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the adapter says what happens to it, one whole sentence a line. */
export type Logger = {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, error: unknown, fields?: Fields): void;
};

/**
 * Our log as the Slack packages expect one. Their debug lines hold whole payloads with what people wrote and their
 * info lines are about their own workings, so both are dropped. What they call an error is a warning here: whether
 * it is one is known where the failed call is answered.
 */
export function forSlackPackages(logger: Logger): BoltLogger {
  const say = (parts: readonly unknown[]): void => {
    const text = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
    logger.warn('A Slack package reports something.', { says: redact(text) });
  };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => say(parts),
    error: (...parts) => say(parts),
    getLevel: () => LogLevel.WARN,
    setLevel: () => undefined,
    setName: () => undefined,
  };
}
