import type { House } from '../src/app/house.ts';
import type { CommandDescription } from '../src/core/command.ts';
import type { CommandAsked, Mentioned, Pressed, Reply, Submitted } from '../src/ports/chat.ts';

type Handle<Asked> = (asked: Asked, house: House) => Promise<Reply>;

/** One verb. `run` may throw `WrongUsage` and `QueueUnavailable`; they are answered where the person is looking. */
export type Command = CommandDescription & { readonly run: Handle<CommandAsked> };

/** What people do besides typing commands, by the name of the word, the button or the dialog. */
export type Interactions = {
  /** By the first word after the bot's name: `@triage draft`. */
  readonly mentions?: Readonly<Record<string, Handle<Mentioned>>>;
  readonly presses?: Readonly<Record<string, Handle<Pressed>>>;
  readonly forms?: Readonly<Record<string, Handle<Submitted>>>;
};
