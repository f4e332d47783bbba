import type { CommandDescription } from '../../core/command.ts';
import { clampText } from './blocks/limits.ts';

/** How Slack reaches the bot: over a socket the bot opens, or at its public address, which ends in `/slack/events`. */
export type ManifestDelivery = { readonly mode: 'socket' } | { readonly mode: 'http'; readonly url: string };

/** Slack's limits for the parts of a manifest (docs.slack.dev/reference/app-manifest). */
const limits = { name: 35, description: 140, displayName: 80, command: 32, summary: 2_000, usageHint: 1_000 } as const;

/** Every scope and what it is for; a scope without a use here is not asked for. */
export const botScopes: Readonly<Record<string, string>> = {
  'app_mentions:read': 'hear `@triage again` in a thread',
  'channels:history': 'find an own message again after a crash, in public channels',
  'chat:write': 'post and edit the messages of a run',
  commands: 'the slash commands',
  'files:write': 'attach the full evidence as a file',
  'groups:history': 'find an own message again after a crash, in private channels',
  'im:history': 'find an own message again after a crash, in direct messages',
  'im:write': 'tell one person something when a channel cannot',
  'mpim:history': 'find an own message again after a crash, in group messages',
  'usergroups:read': 'know who may approve',
  'users:read': 'refuse a decision of somebody whose account is deactivated or of another workspace',
};

const botEvents = ['app_home_opened', 'app_mention', 'subteam_members_changed'] as const;

/**
 * The manifest from which the Slack app is made, as plain JSON (Slack takes JSON and YAML alike). Socket Mode also
 * needs an app-level token with the scope `connections:write`, which a manifest cannot create.
 */
export function slackManifest(options: {
  readonly name: string;
  readonly description: string;
  readonly commands: readonly CommandDescription[];
  readonly delivery: ManifestDelivery;
}) {
  const { name, description, commands, delivery } = options;
  const request = delivery.mode === 'http' ? { request_url: delivery.url } : {};
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: clampText(name, limits.name),
      description: clampText(description, limits.description),
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: clampText(name, limits.displayName), always_online: true },
      slash_commands: commands.map((command) => ({
        command: `/${command.name}`.slice(0, limits.command),
        ...(delivery.mode === 'http' ? { url: delivery.url } : {}),
        description: clampText(command.summary, limits.summary),
        usage_hint: clampText(command.usageHint, limits.usageHint),
        // People and channels arrive with their ids, which identify them; names can be changed by anybody.
        should_escape: true,
      })),
    },
    oauth_config: { scopes: { bot: Object.keys(botScopes) } },
    settings: {
      event_subscriptions: { ...request, bot_events: [...botEvents] },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: false,
      socket_mode_enabled: delivery.mode === 'socket',
      token_rotation_enabled: false,
    },
  };
}
