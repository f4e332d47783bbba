import type { Changes } from './changes.ts';
import { newId } from './identifiers.ts';
import { stateOf, withIds } from './inputs.ts';
import { type Fields, objectsOf } from './json.ts';
import { limits } from './limits.ts';
import type { InputState, View } from './records.ts';
import { Refusal } from './refusal.ts';

/** The modals each person has open (the last is on top), and their App Home. */
export type Views = {
  open(user: string, content: Fields): View;
  push(user: string, content: Fields): View;
  update(view: View, content: Fields): View;
  publish(user: string, content: Fields): View;
  setState(view: View, state: InputState): View;
  /** Closes the top one, or all. Returns what was closed. */
  close(user: string, all: boolean): readonly View[];
  stack(user: string): readonly View[];
  home(user: string): View | undefined;
  find(reference: { id?: string | undefined; externalId?: string | undefined }): View | undefined;
};

export function createViews(changes: Changes): Views {
  const stacks = new Map<string, View[]>();
  const homes = new Map<string, View>();
  const stack = (user: string): View[] => stacks.get(user) ?? [];

  const prepared = (content: Fields): Fields => ({ ...content, blocks: withIds(objectsOf(content['blocks'])) });
  const create = (user: string, kind: View['kind'], content: Fields): View => {
    const id = newId('V');
    const ready = prepared(content);
    return { id, hash: newHash(), kind, user, content: ready, state: stateOf(objectsOf(ready['blocks'])), rootId: id };
  };
  const setStack = (user: string, views: View[]): void => {
    stacks.set(user, views);
    changes.publish({ kind: 'views', user });
  };
  const replace = (view: View): View => {
    if (view.kind === 'home') {
      homes.set(view.user, view);
      changes.publish({ kind: 'home', user: view.user });
    } else {
      setStack(
        view.user,
        stack(view.user).map((held) => (held.id === view.id ? view : held)),
      );
    }
    return view;
  };
  const everyView = (): View[] => [...[...stacks.values()].flat(), ...homes.values()];

  return {
    open(user, content) {
      const view = create(user, 'modal', content);
      setStack(user, [view]);
      return view;
    },
    push(user, content) {
      const below = stack(user);
      const top = below.at(-1);
      if (top === undefined) throw new Refusal('not_found');
      if (below.length >= limits.view.stack) throw new Refusal('push_limit_reached');
      const view: View = { ...create(user, 'modal', content), rootId: top.rootId, previousId: top.id };
      setStack(user, [...below, view]);
      return view;
    },
    update(view, content) {
      const ready = prepared(content);
      const state = stateOf(objectsOf(ready['blocks']), view.state);
      return replace({ ...view, content: ready, state, hash: newHash() });
    },
    publish(user, content) {
      const before = homes.get(user);
      const view = create(user, 'home', content);
      return replace(before === undefined ? view : { ...view, id: before.id, rootId: before.rootId });
    },
    // Only what the person typed changed: the page that sent it knows, and the hash of the view stays.
    setState(view, state) {
      const next = { ...view, state };
      if (view.kind === 'home') homes.set(view.user, next);
      else
        stacks.set(
          view.user,
          stack(view.user).map((held) => (held.id === view.id ? next : held)),
        );
      return next;
    },
    close(user, all) {
      const open = stack(user);
      const closed = all ? open : open.slice(-1);
      setStack(user, all ? [] : open.slice(0, -1));
      return closed;
    },
    stack: (user) => [...stack(user)],
    home: (user) => homes.get(user),
    find: ({ id, externalId }) =>
      everyView().find((view) => (id === undefined ? view.content['external_id'] === externalId : view.id === id)),
  };
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${newId('')}`;
}
