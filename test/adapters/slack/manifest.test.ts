import { expect, test } from '@jest/globals';
import { slackManifest } from '../../../src/adapters/slack/manifest.ts';
import { triageCommand } from './stage.ts';

const about = {
  name: 'cluster-triage',
  description: 'Triages network faults of Kubernetes clusters.',
  commands: [triageCommand],
};

test('over a socket names no address', () => {
  const manifest = slackManifest({ ...about, delivery: { mode: 'socket' } });
  expect(JSON.stringify(manifest)).not.toContain('url');
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.features.slash_commands).toEqual([
    {
      command: '/triage',
      description: 'Looks for the cause of a fault.',
      usage_hint: '[playbook] [cluster]',
      should_escape: true,
    },
  ]);
});

test('over HTTP has the same address for commands, events and buttons', () => {
  const url = 'https://triage.example/slack/events';
  const manifest = slackManifest({ ...about, delivery: { mode: 'http', url } });
  expect(manifest.features.slash_commands[0]).toMatchObject({ url });
  expect(manifest.settings).toMatchObject({
    event_subscriptions: {
      request_url: url,
      bot_events: ['app_home_opened', 'app_mention', 'subteam_members_changed'],
    },
    interactivity: { is_enabled: true, request_url: url },
    socket_mode_enabled: false,
  });
});

test('asks for the scopes that our calls need, and for none about profiles, addresses or administration', () => {
  const { bot } = slackManifest({ ...about, delivery: { mode: 'socket' } }).oauth_config.scopes;
  expect(bot).toEqual(
    expect.arrayContaining(['chat:write', 'commands', 'files:write', 'usergroups:read', 'app_mentions:read']),
  );
  expect(bot.filter((scope) => scope.startsWith('users') || scope.startsWith('admin'))).toEqual(['users:read']);
});
