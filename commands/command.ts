import type { House } from '../src/app/house.ts';
import type { CommandDescription } from '../src/core/command.ts';
import type { CommandAsked, Reply } from '../src/ports/chat.ts';

/** One verb. `run` may throw `WrongUsage` and `QueueUnavailable`; they are answered where the person is looking. */
export type Command = CommandDescription & {
  readonly run: (asked: CommandAsked, house: House) => Promise<Reply>;
};
