import type { Clock } from '../../../ports/clock.ts';
import { type Client, insist } from './client.ts';

/** An approval must not rest on who was in a group long ago. */
const freshMilliseconds = 5 * 60_000;

export type Members = {
  of(group: string): Promise<readonly string[]>;
  /** The group has changed: ask again. */
  forget(group: string): void;
};

/** The members of user groups, remembered for five minutes. Callers that ask at once share one call. */
export function createMembers(client: Client, clock: Pick<Clock, 'now'>): Members {
  const known = new Map<string, { readonly until: number; readonly members: Promise<readonly string[]> }>();

  async function read(group: string): Promise<readonly string[]> {
    const { users = [] } = await insist('read the members of a user group', async () =>
      client.usergroups.users.list({ usergroup: group }),
    );
    return users;
  }

  return {
    async of(group) {
      const now = clock.now().getTime();
      const held = known.get(group);
      if (held !== undefined && held.until > now) return held.members;
      const members = read(group);
      const entry = { until: now + freshMilliseconds, members };
      known.set(group, entry);
      try {
        return await members;
      } catch (error) {
        // A failure is not an empty group, and is not remembered.
        if (known.get(group) === entry) known.delete(group);
        throw error;
      }
    },
    forget(group) {
      known.delete(group);
    },
  };
}
