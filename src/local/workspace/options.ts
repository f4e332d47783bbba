/** A member of the workspace. `title` is what they do, shown in the persona switcher: "on call". */
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title?: string;
  readonly avatarColour?: string;
  /** The account is deactivated: the person is still known, and can do nothing. */
  readonly deleted?: boolean;
  /** Of another workspace that shares a channel with this one; this one's unless said otherwise. */
  readonly team?: string;
};

export type UserGroup = {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
};

/** `members` are user ids; left out, everybody is in. `botIsMember` is true unless said otherwise. */
export type ChannelOption = {
  readonly id: string;
  readonly name: string;
  readonly topic?: string;
  readonly members?: readonly string[];
  readonly botIsMember?: boolean;
};

export type Completion = { readonly value: string; readonly description: string };

/** A registered slash command. `completions` lists, for each argument in turn, what the composer offers. */
export type CommandOption = {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  readonly completions?: readonly (readonly Completion[])[];
  /** As in the app manifest: `@ana` and `#oncall` in the text arrive as `<@U...|ana>` and `<#C...|oncall>`. */
  readonly shouldEscape?: boolean;
};

/** A message action ("shortcut") of the app, offered in the menu of every message. */
export type ShortcutOption = { readonly callbackId: string; readonly name: string };

export type Scenario = {
  readonly id: string;
  readonly title: string;
  readonly active: boolean;
  readonly detail?: string;
  /** What to type to have it looked into: "/triage subnet prod-sh". */
  readonly asks?: string;
};

/** The worlds a visitor may break; the page lists them and activates one. */
export type Scenarios = { list(): Promise<readonly Scenario[]>; activate(id: string): Promise<void> };

/** How the workspace reaches the bot. The URL may be asked for late, because the bot usually starts after the workspace. */
export type DeliveryOption =
  | { readonly mode: 'socket' }
  | { readonly mode: 'http'; readonly url: string | (() => string) };

export type WorkspaceOptions = {
  readonly delivery: DeliveryOption;
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** Address to listen on; 127.0.0.1 unless said otherwise. The page takes orders from its own origin only, wherever it listens. */
  readonly host?: string;
  readonly signingSecret?: string;
  readonly botToken?: string;
  readonly appToken?: string;
  /** Scopes granted to the bot; left out, nothing is checked. A missing one is answered with `missing_scope`. */
  readonly scopes?: readonly string[];
  readonly team?: { readonly id: string; readonly name: string; readonly domain: string };
  readonly bot?: { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string };
  readonly users?: readonly Person[];
  readonly userGroups?: readonly UserGroup[];
  readonly channels?: readonly ChannelOption[];
  /** Left out, every command is delivered; given, an unlisted one is refused to its user as Slack does. */
  readonly commands?: readonly CommandOption[];
  readonly shortcuts?: readonly ShortcutOption[];
  readonly scenarios?: Scenarios;
  /** Events the app subscribes to. */
  readonly events?: readonly string[];
  /** Answer 429 when the bot is faster than Slack allows. Off by default, so that tests are fast. */
  readonly rateLimits?: boolean;
  /** How long the bot has to acknowledge; 3000 unless said otherwise. */
  readonly ackTimeoutMs?: number;
  /** Waits before each redelivery of an event that was not acknowledged; Slack waits 0, 1 and 5 minutes. */
  readonly eventRetryDelaysMs?: readonly number[];
  readonly triggerLifetimeMs?: number;
  readonly responseUrlLifetimeMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
};

export type Settings = Required<
  Omit<WorkspaceOptions, 'commands' | 'scenarios' | 'scopes' | 'delivery' | 'port' | 'host'>
> &
  Pick<WorkspaceOptions, 'commands' | 'scenarios' | 'scopes'>;

const everybody: readonly Person[] = [
  { id: 'U0ANACHEN1', name: 'ana', realName: 'Ana Chen', title: 'on call', avatarColour: '#c2553d' },
  { id: 'U0BOLARSEN', name: 'bo', realName: 'Bo Larsen', title: 'approver', avatarColour: '#2f6f9f' },
  { id: 'U0WEIZHANG', name: 'wei', realName: 'Wei Zhang', title: 'platform owner', avatarColour: '#6b5aa8' },
];

/** What the workspace is made of when nothing is said: three people, three channels, one group of approvers. */
export function settle(options: WorkspaceOptions): Settings {
  return {
    signingSecret: '5f1c0a7d9b3e4c62a8d0f7b1e9c34a56',
    botToken: 'xoxb-local-workspace',
    appToken: 'xapp-local-workspace',
    team: { id: 'T0WORKSPACE', name: 'cluster-triage workspace', domain: 'cluster-triage' },
    bot: { userId: 'U0TRIAGEBT', botId: 'B0TRIAGEBT', appId: 'A0TRIAGEAP', name: 'triage' },
    users: everybody,
    userGroups: [
      {
        id: 'S0APPROVERS',
        handle: 'network-approvers',
        name: 'Network approvers',
        users: ['U0BOLARSEN', 'U0WEIZHANG'],
      },
    ],
    channels: [
      { id: 'C0ONCALL00', name: 'oncall', topic: 'Who is on call, and what is on fire' },
      { id: 'C0PRODALRT', name: 'prod-alerts', topic: 'Alerts of the production clusters' },
      { id: 'C0SANDBOX0', name: 'sandbox', topic: 'Try things here' },
    ],
    shortcuts: [],
    events: ['app_mention', 'app_home_opened', 'message'],
    rateLimits: false,
    ackTimeoutMs: 3000,
    eventRetryDelaysMs: [200, 1000, 5000],
    triggerLifetimeMs: 3000,
    responseUrlLifetimeMs: 30 * 60_000,
    now: Date.now,
    ...definedOf(options),
  };
}

function definedOf(options: WorkspaceOptions): Partial<WorkspaceOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
