import { type Fields, textOf } from '../json.ts';
import type { View } from '../records.ts';
import { Refusal } from '../refusal.ts';
import { checkView } from '../schema/payloads.ts';
import { viewOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { type Methods, required, structured } from './method.ts';

function answer(world: World, view: View): Fields {
  return { ok: true, view: viewOnTheWire(world, view) };
}

/** External ids are unique in a workspace while their view is open. */
function checkExternalId(content: Fields, world: World): void {
  const externalId = textOf(content['external_id']);
  if (externalId && world.views.find({ externalId }) !== undefined) throw new Refusal('duplicate_external_id');
}

function checkHash(given: Fields, view: View | undefined): void {
  const hash = textOf(given['hash']);
  if (hash && view !== undefined && hash !== view.hash) throw new Refusal('hash_conflict');
}

export const views: Methods = {
  'views.open': {
    run(given, world) {
      const content = checkView(structured(given, 'view'), 'modal');
      checkExternalId(content, world);
      const { userId } = world.triggers.redeem(required(given, 'trigger_id', 'invalid_trigger_id'));
      return answer(world, world.views.open(userId, content));
    },
  },
  'views.push': {
    run(given, world) {
      const content = checkView(structured(given, 'view'), 'modal');
      checkExternalId(content, world);
      const { userId, viewId } = world.triggers.redeem(required(given, 'trigger_id', 'invalid_trigger_id'));
      if (viewId === undefined) throw new Refusal('invalid_trigger_id');
      return answer(world, world.views.push(userId, content));
    },
  },
  'views.update': {
    run(given, world) {
      const reference = { id: textOf(given['view_id']), externalId: textOf(given['external_id']) };
      if (!reference.id && !reference.externalId) throw new Refusal('invalid_arguments');
      const view = world.views.find(reference);
      if (view === undefined) throw new Refusal('not_found');
      const content = checkView(structured(given, 'view'), view.kind);
      checkHash(given, view);
      return answer(world, world.views.update(view, content));
    },
  },
  'views.publish': {
    run(given, world) {
      const user = world.directory.person(required(given, 'user_id'));
      if (user === undefined) throw new Refusal('user_not_found');
      const content = checkView(structured(given, 'view'), 'home');
      checkHash(given, world.views.home(user.id));
      return answer(world, world.views.publish(user.id, content));
    },
  },
};
