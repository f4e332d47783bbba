import type { Person } from '../core/person.ts';
import type { Form, HomeScreen, Screen } from '../core/screen.ts';
import type { Posted } from './outbox.ts';

/** The chat asked for patience: come back after this long. */
export class ChatBusy extends Error {
  override readonly name = 'ChatBusy';
  readonly afterMilliseconds: number;

  constructor(message: string, afterMilliseconds: number) {
    super(message);
    this.afterMilliseconds = afterMilliseconds;
  }
}

/** The chat said no, and will say no again until a person changes something, which the message names. */
export class ChatRefused extends Error {
  override readonly name = 'ChatRefused';
  /** The vendor's own word, for the log: `not_in_channel`. */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

export type Showing = {
  /** Names the message for ever: `run/<id>`, `run/<id>/finding/<code>`. The same key is the same message. */
  readonly key: string;
  readonly channel: string;
  /** The message this one replies to, by key or by its id in the chat. */
  readonly under?: { readonly key: string } | { readonly thread: string } | undefined;
  readonly screen: Screen;
};

export type Attachment = {
  readonly key: string;
  readonly channel: string;
  readonly under: { readonly key: string } | { readonly thread: string };
  readonly name: string;
  readonly title: string;
  readonly content: string;
};

/** `stranger`: of another workspace, a bot, or nobody that the workspace knows. */
export type PersonStanding = 'member' | 'deactivated' | 'stranger';

/** Shows things to people. Every method may throw `ChatBusy` or `ChatRefused`. */
export interface Chat {
  /**
   * Makes the message with this key show this screen: posts it once, edits it ever after, does nothing when it
   * shows that already. Safe to repeat after a crash, from any process. A screen that the vendor rejects is shown
   * in a shorter form, never not at all.
   */
  show(showing: Showing): Promise<Posted>;
  /** Uploads a text file once, as a reply. */
  attach(attachment: Attachment): Promise<void>;
  /** Says something that only one person sees. */
  whisper(person: string, channel: string, text: string, thread?: string): Promise<void>;
  /** The address of the message with this key, for a person to open; undefined when there is none. */
  linkTo(key: string): Promise<string | undefined>;
  /** Shows a screen to one person only. It has no key and is never edited; after a crash it may be shown again. */
  tell(person: string, channel: string, screen: Screen, thread?: string): Promise<void>;
  /** The members of a user group of the workspace, by the group's id. */
  membersOf(group: string): Promise<readonly string[]>;
  /** Who somebody is to the workspace now: asked each time, because a decision must not rest on an old answer. */
  standingOf(person: string): Promise<PersonStanding>;
}

type Asked = {
  /** The chat's id of this delivery: the same one again is a redelivery. */
  readonly delivery: string;
  readonly by: Person;
  readonly channel: string;
};

export type CommandAsked = Asked & { readonly command: string; readonly text: string };
export type Mentioned = Asked & { readonly text: string; readonly thread: string | undefined };
/** A button: what it is called and the opaque id it carries. */
export type Pressed = Asked & { readonly button: string; readonly value: string; readonly thread: string | undefined };
export type Submitted = Asked & {
  readonly form: string;
  readonly carries: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string>>;
};

/** What the person who acted is told, at once. */
export type Reply =
  | { readonly reply: 'nothing' }
  | { readonly reply: 'whisper'; readonly text: string }
  /** A screen that only this person sees; it is not kept and never edited. */
  | { readonly reply: 'screen'; readonly screen: Screen }
  | { readonly reply: 'form'; readonly form: Form }
  /** Only for a submitted form: what is wrong with which field. */
  | { readonly reply: 'mistakes'; readonly mistakes: Readonly<Record<string, string>> };

/** What the house does when somebody acts in the chat. A gateway acknowledges first and calls these after. */
export interface ChatHandlers {
  command(asked: CommandAsked): Promise<Reply>;
  mention(mentioned: Mentioned): Promise<Reply>;
  press(pressed: Pressed): Promise<Reply>;
  submit(submitted: Submitted): Promise<Reply>;
  /** Somebody has opened the bot's own page: what it shows to them. */
  home(person: Person): Promise<HomeScreen>;
}
