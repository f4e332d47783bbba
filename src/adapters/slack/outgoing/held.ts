import { randomUUID } from 'node:crypto';
import { ChatBusy } from '../../../ports/chat.ts';
import type { Outbox } from '../../../ports/outbox.ts';
import type { Outgoing } from './outgoing.ts';

export type Begun = Exclude<Awaited<ReturnType<Outbox['begin']>>, { is: 'busy' }>;

export type Held = {
  readonly owner: string;
  readonly begun: Begun;
  /** When the lease was taken. What may not be done twice must not be started late in it. */
  readonly at: Date;
  /** Says that an answer was lost: the key then stays as it is, and whoever comes next finds it unclear. */
  lose(): void;
};

const waitsMilliseconds = [50, 100, 200, 400, 800] as const;

/**
 * Does something under the lease of a key, after waiting a moment for another process that is at it; longer waits are
 * the job's. When it fails for certain, the key is freed as it was.
 */
export async function holding<Result>(
  key: string,
  outgoing: Outgoing,
  act: (held: Held) => Promise<Result>,
): Promise<Result> {
  const { outbox, clock, logger } = outgoing;
  const owner = randomUUID();
  let lost = false;
  const lose = (): void => {
    lost = true;
  };
  for (const wait of [...waitsMilliseconds, undefined]) {
    const begun = await outbox.begin(key, owner);
    if (begun.is === 'busy') {
      if (wait !== undefined) await clock.sleep(wait);
      continue;
    }
    try {
      return await act({ owner, begun, at: clock.now(), lose });
    } catch (error) {
      if (!lost) {
        await outbox
          .abandon(key, owner)
          .catch((slip: unknown) => logger.error('A message could not be freed.', slip, { key }));
      }
      throw error;
    }
  }
  throw new ChatBusy('Another process is showing this message now.', 1_500);
}
