import type { Fields } from './json.ts';

/** What the workspace remembers. Names are ours; `wire.ts` turns records into what Slack sends. */
export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly kind: 'channel' | 'direct';
  readonly members: Set<string>;
  readonly created: number;
};

export type Reaction = { readonly name: string; readonly users: readonly string[] };

export type Message = {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly fromBot: boolean;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly attachments: readonly Fields[];
  readonly metadata?: Fields;
  readonly threadTs?: string;
  readonly alsoInChannel?: boolean;
  readonly editedTs?: string;
  readonly files: readonly string[];
  readonly reactions: readonly Reaction[];
  /** A deleted parent keeps its place while it has replies. */
  readonly tombstone?: boolean;
};

/** A message that only one person sees, and that Slack forgets on reload. */
export type Ephemeral = {
  readonly ts: string;
  readonly channel: string;
  readonly recipient: string;
  /** The bot, or the workspace itself when it explains that something failed. */
  readonly from: 'bot' | 'workspace';
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly threadTs?: string;
};

/** The state of inputs, by block_id and action_id, in the form Slack sends. */
export type InputState = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

export type View = {
  readonly id: string;
  readonly hash: string;
  readonly kind: 'modal' | 'home';
  readonly user: string;
  /** As the bot sent it, with the block and action ids Slack would have made up. */
  readonly content: Fields;
  readonly state: InputState;
  readonly rootId: string;
  readonly previousId?: string;
};

export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly snippetType?: string;
  readonly content?: Buffer;
  readonly shared: boolean;
  readonly created: number;
};

/** One call of the Web API as the workspace saw it. `at` is in milliseconds since the epoch. */
export type ApiCall = {
  readonly method: string;
  readonly given: Fields;
  readonly at: number;
  /** What the bot was told; undefined while the call runs, 'connection reset' when the answer was lost on purpose. */
  answer?: { readonly status: number; readonly body: Fields } | 'connection reset';
};

/** Something changed that a page may show. */
export type Change =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'deleted'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ephemeral'; readonly ephemeral: Ephemeral }
  | { readonly kind: 'ephemeral-gone'; readonly recipient: string; readonly ts: string }
  | { readonly kind: 'views'; readonly user: string }
  | { readonly kind: 'home'; readonly user: string }
  | { readonly kind: 'bot'; readonly connected: boolean }
  | { readonly kind: 'scenarios' };
