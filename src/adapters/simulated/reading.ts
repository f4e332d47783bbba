import type { World } from '../../core/world.ts';
import type { Line } from './line.ts';
import type { Store } from './store.ts';

/** What one cluster of a world reads with. `look` brings the world up to now first. */
export type Reading = {
  readonly world: World;
  readonly denied: World['denied'];
  readonly line: Line;
  readonly pageSize: number;
  readonly look: () => { readonly store: Store; readonly now: Date };
};
