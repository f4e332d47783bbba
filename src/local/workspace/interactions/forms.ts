import type { Outgoing } from '../delivery/events.ts';
import { type Chosen, complaints } from '../inputs.ts';
import { type Fields, fieldsOf, objectsOf, textOf } from '../json.ts';
import type { View } from '../records.ts';
import { Refusal } from '../refusal.ts';
import { checkView } from '../schema/payloads.ts';
import { viewOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import type { Actions } from './actions.ts';
import { errorOf, type Outcome, watch } from './outcome.ts';
import { commonFields, findElement } from './payload.ts';

/** What is typed into a form, by action_id or by block_id. */
export type Values = Readonly<Record<string, Chosen>>;

/** Submitting and closing modals. */
export type Forms = {
  submit(userId: string, values: Values, viewId?: string): Promise<Outcome>;
  close(userId: string, all?: boolean): Promise<Outcome>;
};

const trouble = 'trouble_connecting';

export function createForms(world: World, outgoing: Outgoing, actions: Actions): Forms {
  const top = (userId: string, viewId?: string): View => {
    const view = viewId === undefined ? world.views.stack(userId).at(-1) : world.views.find({ id: viewId });
    if (view === undefined || view.kind !== 'modal' || view.user !== userId) throw new Error('No such modal is open.');
    return view;
  };

  const fill = async (view: View, values: Values): Promise<View> => {
    let state = view.state;
    const blocks = objectsOf(view.content['blocks']);
    for (const [name, value] of Object.entries(values)) {
      const isBlock = blocks.some((block) => block['block_id'] === name);
      const which = isBlock ? { blockId: name } : { actionId: name };
      const { blockId, actionId } = findElement(blocks, which);
      const { held } = await actions.choose(view.user, { viewId: view.id }, { blockId, actionId }, value);
      state = { ...state, [blockId]: { ...state[blockId], [actionId]: held } };
    }
    return world.views.setState(view, state);
  };

  /** Does what the bot answered to a submission; a view Slack would refuse leaves the modal open with an apology. */
  const respond = (view: View, payload: Fields): Partial<Outcome> => {
    const action = textOf(payload['response_action']);
    try {
      if (action === undefined) world.views.close(view.user, false);
      else if (action === 'clear') world.views.close(view.user, true);
      else if (action === 'update') world.views.update(view, checkView(payload['view'], 'modal'));
      else if (action === 'push') world.views.push(view.user, checkView(payload['view'], 'modal'));
      else if (action === 'errors') return { errors: errorsFor(view, payload) };
      else return { error: trouble };
      return {};
    } catch (error) {
      if (error instanceof Refusal) return { error: `${trouble}: ${error.code} ${JSON.stringify(error.details)}` };
      throw error;
    }
  };

  return {
    async submit(userId, values, viewId) {
      const outcome = watch(world, userId);
      const view = await fill(top(userId, viewId), values);
      const errors = complaints(objectsOf(view.content['blocks']), view.state);
      if (Object.keys(errors).length > 0) return outcome({ acknowledged: false, error: 'incomplete', errors, view });
      const receipt = await outgoing.send({
        type: 'interactive',
        payload: {
          type: 'view_submission',
          ...commonFields(world, userId),
          trigger_id: world.triggers.issue(userId, view.id),
          view: viewOnTheWire(world, view),
          response_urls: [],
        },
      });
      if (!receipt.acknowledged) return outcome({ acknowledged: false, error: errorOf(receipt) });
      const effect = respond(view, receipt.payload);
      return outcome({ payload: receipt.payload, ...effect });
    },
    async close(userId, all = false) {
      const outcome = watch(world, userId);
      const view = top(userId);
      const clear = all || view.content['clear_on_close'] === true;
      const closed = world.views.close(userId, clear);
      let acknowledged = true;
      for (const gone of closed.filter(({ content }) => content['notify_on_close'] === true)) {
        const common = commonFields(world, userId);
        const payload = { type: 'view_closed', ...common, view: viewOnTheWire(world, gone), is_cleared: clear };
        acknowledged = (await outgoing.send({ type: 'interactive', payload })).acknowledged && acknowledged;
      }
      return outcome({ acknowledged });
    },
  };
}

/** Slack shows an error under the input block it names, and takes the whole answer for broken when there is none. */
function errorsFor(view: View, payload: Fields): Readonly<Record<string, string>> {
  const inputs = objectsOf(view.content['blocks']).filter((block) => block['type'] === 'input');
  const errors: Record<string, string> = {};
  for (const [blockId, says] of Object.entries(fieldsOf(payload['errors']))) {
    if (!inputs.some((block) => block['block_id'] === blockId))
      throw new Refusal('invalid_errors', { block_id: blockId });
    errors[blockId] = textOf(says) ?? '';
  }
  return errors;
}
