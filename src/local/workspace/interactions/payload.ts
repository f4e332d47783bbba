import { elementsOf, flatten } from '../inputs.ts';
import { type Fields, fieldsOf, objectsOf, textOf } from '../json.ts';
import type { InputState } from '../records.ts';
import { messageOnTheWire, viewOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';

/** Where an element is: in a message (or an ephemeral one), in a modal, or on the App Home. */
export type Place =
  | { readonly messageTs: string; readonly channel?: string }
  | { readonly viewId: string }
  | { readonly home: true };

/** Which element of the place: by action_id, by the text on it, narrowed by block_id or value where several fit. */
export type Which = {
  readonly actionId?: string;
  readonly blockId?: string;
  readonly text?: string;
  readonly value?: string;
};

export type Found = { readonly element: Fields; readonly blockId: string; readonly actionId: string };

/** What Slack tells the app about the place of an interaction. */
export type Surface = {
  readonly blocks: readonly Fields[];
  readonly key: string;
  readonly container: Fields;
  /** `message`, `channel` and `state`, or `view`. */
  readonly fields: (state: InputState) => Fields;
  readonly viewId?: string;
  readonly channel?: string;
  readonly threadTs?: string;
  readonly message?: { readonly ts: string; readonly ephemeral: boolean };
};

/** The person and the app, in every interaction payload. */
export function commonFields(world: World, userId: string): Fields {
  const { team, bot } = world.settings;
  const person = world.directory.person(userId);
  return {
    team: { id: team.id, domain: team.domain },
    user: { id: userId, username: person?.name, name: person?.name, team_id: person?.team ?? team.id },
    api_app_id: bot.appId,
    token: 'verification-token',
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function surfaceOf(world: World, userId: string, place: Place): Surface {
  if (!('messageTs' in place)) {
    const view = 'home' in place ? world.views.home(userId) : world.views.find({ id: place.viewId });
    if (view === undefined) throw new Error('That view is not open.');
    return {
      blocks: objectsOf(view.content['blocks']),
      key: view.id,
      container: { type: 'view', view_id: view.id },
      fields: (state) => ({ view: viewOnTheWire(world, { ...view, state }) }),
      viewId: view.id,
    };
  }
  const { messageTs: ts } = place;
  const whisper = world.messages.whispers(userId).find((held) => held.ts === ts);
  const channels = place.channel === undefined ? world.directory.channels() : [world.directory.channel(place.channel)];
  const message = channels.map(({ id }) => world.messages.find(id, ts)).find((held) => held !== undefined);
  const held = whisper ?? message;
  if (held === undefined) throw new Error(`There is no message ${ts}.`);
  const channel = world.directory.channel(held.channel);
  const thread = held.threadTs === undefined ? {} : { thread_ts: held.threadTs };
  const ephemeral = whisper !== undefined;
  return {
    blocks: held.blocks,
    key: `${userId} ${ts}`,
    container: { type: 'message', message_ts: ts, channel_id: held.channel, is_ephemeral: ephemeral, ...thread },
    fields: (state) => ({
      channel: { id: channel.id, name: channel.kind === 'direct' ? 'directmessage' : channel.name },
      state: { values: state },
      // Slack does not send the content of an ephemeral message back.
      ...(message === undefined || ephemeral ? {} : { message: messageOnTheWire(world, message) }),
    }),
    channel: held.channel,
    ...(held.threadTs === undefined ? {} : { threadTs: held.threadTs }),
    message: { ts, ephemeral },
  };
}

/** The one element that fits; it is a mistake of the caller when none does. */
export function findElement(blocks: readonly Fields[], { actionId, blockId, text, value }: Which): Found {
  const candidates = flatten(blocks).flatMap((block) =>
    elementsOf(block).map((element) => ({
      element,
      blockId: textOf(block['block_id']) ?? '',
      actionId: textOf(element['action_id']) ?? '',
    })),
  );
  const found = candidates.find(
    (candidate) =>
      (actionId === undefined || candidate.actionId === actionId) &&
      (blockId === undefined || candidate.blockId === blockId) &&
      (text === undefined || textOf(fieldsOf(candidate.element['text'])['text']) === text) &&
      (value === undefined || textOf(candidate.element['value']) === value),
  );
  if (found === undefined) {
    const offered = candidates.map((candidate) => candidate.actionId).join(', ') || 'nothing';
    throw new Error(`There is no element ${JSON.stringify({ actionId, blockId, text, value })}; there is ${offered}.`);
  }
  return found;
}
