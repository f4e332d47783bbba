import { readFileSync } from 'node:fs';
import { type Config, contentOf } from './config.ts';
import { WrongUsage } from './core/errors.ts';
import type { Clock } from './ports/clock.ts';

export type LiveConfig = {
  /** What is in force now. Ask again each time: it may have changed. */
  current(): Config;
  stop(): void;
};

export type Following = {
  /** Reads the configuration anew. Throws `WrongUsage` with every problem. */
  readonly read: () => Config;
  readonly clock: Clock;
  /** How often the file is looked at; 2 s unless told. A change counts when two looks in a row saw the same. */
  readonly everyMilliseconds?: number;
  /** `later` names settings that changed and count from the next start only. */
  readonly onTaken: (config: Config, later: readonly string[]) => void;
  /** The file is wrong as a whole, and what was in force stays in force. Told once for each content. */
  readonly onRefused: (error: WrongUsage) => void;
};

/** Settings that are built into the process when it starts. */
const fixed = ['publicUrl', 'team', 'knowledge', 'ledgerMirror'] as const;

/**
 * Follows the configuration file by its content: an editor that replaces it, a mounted ConfigMap that swaps links and
 * a network file system look the same. A file that is being written is not read half-way.
 */
export function followConfig(first: Config, following: Following): LiveConfig {
  const { read, clock, everyMilliseconds = 2000, onTaken, onRefused } = following;
  const stopping = new AbortController();
  let config = first;
  /** The content that was last judged, and one that was seen once since. */
  let judged: string | undefined = first.content;
  let seen: string | undefined = judged;

  const look = (): void => {
    const content = contentNow(first.file);
    const isSteady = content === seen;
    seen = content;
    if (content === judged || !isSteady) return;
    judged = content;
    try {
      const before = config;
      config = read();
      judged = config.content;
      onTaken(
        config,
        fixed.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(config[name])),
      );
    } catch (error) {
      if (!(error instanceof WrongUsage)) throw error;
      onRefused(error);
    }
  };

  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(everyMilliseconds, stopping.signal);
      look();
    }
  };
  follow().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return { current: () => config, stop: () => stopping.abort() };
}

function contentNow(file: string): string | undefined {
  try {
    return contentOf(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
