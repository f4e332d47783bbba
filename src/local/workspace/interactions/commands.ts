import { readContent } from '../api/chat.ts';
import type { Outgoing } from '../delivery/events.ts';
import { type Fields, textOf } from '../json.ts';
import { Refusal } from '../refusal.ts';
import type { Speech } from '../speech.ts';
import type { World } from '../world.ts';
import { errorOf, failure, type Outcome, watch } from './outcome.ts';

export type CommandPlace = { readonly channel: string; readonly threadTs?: string };

/** Runs a slash command of a person as Slack does, and shows them the acknowledgement or why there is none. */
export function createCommands(world: World, outgoing: Outgoing, speech: Speech) {
  const { settings, directory, messages } = world;

  return async (userId: string, command: string, text: string, place: CommandPlace): Promise<Outcome> => {
    const outcome = watch(world, userId);
    const channel = directory.channel(place.channel);
    const tell = (says: string): void => {
      const thread = place.threadTs === undefined ? {} : { threadTs: place.threadTs };
      messages.whisper({ channel: channel.id, recipient: userId, from: 'workspace', text: says, ...thread });
    };
    const registered = settings.commands?.find((candidate) => candidate.command === command);
    if (settings.commands !== undefined && registered === undefined) {
      tell(`${command} is not a valid command.`);
      return outcome({ acknowledged: false, error: 'unknown_command' });
    }
    if (place.threadTs !== undefined) {
      tell(`${command} is not supported in threads. Sorry!`);
      return outcome({ acknowledged: false, error: 'not_supported_in_threads' });
    }

    const responseUrl = world.responseUrls.issue({ userId, channel: channel.id });
    const receipt = await outgoing.send({
      type: 'slash_commands',
      payload: {
        token: 'verification-token',
        team_id: settings.team.id,
        team_domain: settings.team.domain,
        channel_id: channel.id,
        channel_name: channel.kind === 'direct' ? 'directmessage' : channel.name,
        user_id: userId,
        user_name: directory.person(userId)?.name,
        command,
        text: registered?.shouldEscape === true ? speech.command(text) : text,
        api_app_id: settings.bot.appId,
        is_enterprise_install: 'false',
        response_url: `${world.address()}/actions/${responseUrl}`,
        trigger_id: world.triggers.issue(userId),
      },
    });
    if (!receipt.acknowledged) {
      const error = errorOf(receipt);
      tell(failure(command, error));
      return outcome({ acknowledged: false, error });
    }
    try {
      show(world, userId, channel.id, receipt.payload);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(failure(command, 'invalid_command_response'));
      return outcome({ payload: receipt.payload, error: error.code });
    }
    return outcome({ payload: receipt.payload });
  };
}

/** An acknowledgement with a text or blocks is a message: ephemeral, unless it asks for the channel. */
function show(world: World, userId: string, channel: string, payload: Fields): void {
  const { text = '', blocks = [] } = readContent(payload);
  if (text === '' && blocks.length === 0) return;
  if (textOf(payload['response_type']) === 'in_channel') {
    world.messages.post({ channel, user: world.settings.bot.userId, fromBot: true, text, blocks });
  } else {
    world.messages.whisper({ channel, recipient: userId, from: 'bot', text, blocks });
  }
}
