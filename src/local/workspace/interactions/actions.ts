import type { Outgoing } from '../delivery/events.ts';
import { type Chosen, chosen, ownOptions, stateOf } from '../inputs.ts';
import { type Fields, fieldsOf, textOf, withoutUndefined } from '../json.ts';
import type { InputState } from '../records.ts';
import { checkSuggestions } from '../schema/payloads.ts';
import type { World } from '../world.ts';
import { errorOf, failure, type Outcome, watch } from './outcome.ts';
import { commonFields, type Found, findElement, type Place, type Surface, surfaceOf, type Which } from './payload.ts';

/** Presses, choices and searches in blocks, wherever the blocks are. */
export type Actions = {
  press(userId: string, place: Place, which: Which, choice?: Chosen): Promise<Outcome>;
  /** Options the bot offers for what was typed into an external select. */
  suggest(userId: string, place: Place, which: Which, typed: string): Promise<Outcome>;
  /** The state of an element after a choice; asks the bot for its options where they are its own. */
  choose(userId: string, place: Place, which: Which, choice: Chosen): Promise<{ found: Found; held: Fields }>;
};

/** Slack asks the bot from the third character on, unless the element says otherwise. */
const standardQueryLength = 3;

export function createActions(world: World, outgoing: Outgoing): Actions {
  const messageStates = new Map<string, InputState>();
  const suggested = new Map<string, readonly Fields[]>();

  const known = (surface: Surface): InputState => {
    const view = surface.viewId === undefined ? undefined : world.views.find({ id: surface.viewId });
    return stateOf(surface.blocks, view?.state ?? messageStates.get(surface.key));
  };
  const remember = (surface: Surface, state: InputState): void => {
    const view = surface.viewId === undefined ? undefined : world.views.find({ id: surface.viewId });
    if (view === undefined) messageStates.set(surface.key, state);
    else world.views.setState(view, state);
  };
  const placeKey = (surface: Surface, { blockId, actionId }: Found): string => `${surface.key} ${blockId} ${actionId}`;

  const suggest: Actions['suggest'] = async (userId, place, which, typed) => {
    const outcome = watch(world, userId);
    const surface = surfaceOf(world, userId, place);
    const found = findElement(surface.blocks, which);
    if (typed.length < Number(found.element['min_query_length'] ?? standardQueryLength))
      return outcome({ options: [] });
    const receipt = await outgoing.send({
      type: 'interactive',
      payload: {
        type: 'block_suggestion',
        ...commonFields(world, userId),
        container: surface.container,
        action_id: found.actionId,
        block_id: found.blockId,
        value: typed,
        ...surface.fields(known(surface)),
      },
    });
    if (!receipt.acknowledged) return outcome({ acknowledged: false, error: errorOf(receipt), options: [] });
    const { options, problems } = checkSuggestions(receipt.payload);
    if (problems.length > 0) return outcome({ payload: receipt.payload, error: problems.join(' '), options });
    const before = suggested.get(placeKey(surface, found)) ?? [];
    suggested.set(placeKey(surface, found), [...options, ...before]);
    return outcome({ payload: receipt.payload, options });
  };

  const choose: Actions['choose'] = async (userId, place, which, choice) => {
    const surface = surfaceOf(world, userId, place);
    const found = findElement(surface.blocks, which);
    if (textOf(found.element['type'])?.endsWith('external_select') !== true) {
      return { found, held: chosen(found.element, choice, ownOptions(found.element)) };
    }
    const values = (Array.isArray(choice) ? choice : [choice]).filter((value) => value !== null).map(String);
    const offered = (): readonly Fields[] => suggested.get(placeKey(surface, found)) ?? [];
    for (const value of values) {
      if (!offered().some((option) => option['value'] === value)) await suggest(userId, place, which, value);
    }
    return { found, held: chosen(found.element, choice, offered()) };
  };

  const press: Actions['press'] = async (userId, place, which, choice = null) => {
    const outcome = watch(world, userId);
    const surface = surfaceOf(world, userId, place);
    const { found, held } = await choose(userId, place, which, choice);
    const { element, blockId, actionId } = found;
    const before = known(surface);
    const state =
      before[blockId]?.[actionId] === undefined
        ? before
        : { ...before, [blockId]: { ...before[blockId], [actionId]: held } };
    remember(surface, state);

    const action = describe(found, held, choice, String(world.settings.now() / 1000));
    const occasion = surface.channel === undefined ? undefined : { userId, channel: surface.channel };
    const thread = surface.threadTs === undefined ? {} : { threadTs: surface.threadTs };
    const original = surface.message === undefined ? {} : { original: surface.message };
    const responseUrl = occasion && world.responseUrls.issue({ ...occasion, ...thread, ...original });
    const receipt = await outgoing.send({
      type: 'interactive',
      payload: withoutUndefined({
        type: 'block_actions',
        ...commonFields(world, userId),
        container: surface.container,
        trigger_id: world.triggers.issue(userId, surface.viewId),
        ...surface.fields(state),
        response_url: responseUrl && `${world.address()}/actions/${responseUrl}`,
        actions: [action],
      }),
    });
    if (receipt.acknowledged) return outcome({ payload: receipt.payload });
    const error = errorOf(receipt);
    const label = textOf(fieldsOf(element['text'])['text']);
    const text = failure(label === undefined ? 'That action' : `"${label}"`, error);
    if (occasion !== undefined) {
      world.messages.whisper({ channel: occasion.channel, recipient: userId, from: 'workspace', text, ...thread });
    }
    return outcome({ acknowledged: false, error });
  };

  return { press, suggest, choose };
}

/** The one entry of `actions` in a block_actions payload. */
function describe({ element, blockId, actionId }: Found, held: Fields, choice: Chosen, actionTs: string): Fields {
  const type = textOf(element['type']);
  const base = { type, action_id: actionId, block_id: blockId, action_ts: actionTs };
  if (type === 'button') {
    return withoutUndefined({ ...base, text: element['text'], value: element['value'], style: element['style'] });
  }
  if (type === 'overflow') {
    return { ...base, selected_option: ownOptions(element).find((option) => option['value'] === choice) ?? null };
  }
  return { ...base, ...held };
}
