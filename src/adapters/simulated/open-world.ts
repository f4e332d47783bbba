import { sayQuestion } from '../../core/access-question.ts';
import type { World } from '../../core/world.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { isAllowed } from './access.ts';
import { runningClock } from './clock.ts';
import { fileJournal, type MadeChange, memoryJournal } from './journal.ts';
import { type Fault, openLine } from './line.ts';
import { openReader } from './reader.ts';
import { openTimeline } from './timeline.ts';
import { openWriter } from './writer.ts';

export type WorldOptions = {
  /**
   * The world's time; without one it starts at the world's `now` and runs, for all processes that share a journal from
   * the same real moment on. A clock that is behind the last change of a journal is overruled by it: a world does not
   * go back.
   */
  readonly clock?: Clock | undefined;
  /** Simulated seconds per real second of the clock that the world brings itself; 1 unless told. */
  readonly speed?: number | undefined;
  /** A file that keeps the changes made, so that the world survives its process and several processes can share it. */
  readonly journal?: string | undefined;
};

export type ClusterOptions = {
  /** `observe` unless told: a cluster without a writer. */
  readonly mode?: 'observe' | 'remediate' | undefined;
  /** Ends every request that is under way, and lets no other begin. */
  readonly signal?: AbortSignal | undefined;
  /** What is refused to this user beside what the world itself denies. */
  readonly denied?: World['denied'] | undefined;
  /** For tests only: what goes wrong on the way. */
  readonly faults?: readonly Fault[] | undefined;
  /** Objects per page of a list, which shows in the number of requests; 500 unless told. */
  readonly pageSize?: number | undefined;
  /** How long a request waits for an answer that does not come, in the world's time; 15,000 unless told. */
  readonly requestMilliseconds?: number | undefined;
};

/** A world that is running. Every cluster opened on it sees what the others changed. */
export type RunningWorld = {
  readonly clock: Clock;
  open(options?: ClusterOptions): Cluster;
  /** The changes made so far, by anybody who shares the journal. */
  changes(): readonly MadeChange[];
};

/** Starts a world, or goes on with it where its journal ends. Throws `WrongUsage` when the journal is another world's. */
export function startWorld(world: World, options: WorldOptions = {}): RunningWorld {
  const journal = options.journal === undefined ? memoryJournal() : fileJournal(options.journal, world);
  const clock = options.clock ?? runningClock(world.now, options.speed ?? 1, journal.openedAt);
  let timeline = openTimeline(world);
  const history: MadeChange[] = [];

  const catchUp = (): void => {
    for (const made of journal.read()) {
      history.push(made);
      if (made.at >= timeline.now()) {
        timeline.make(made.change, made.at);
        continue;
      }
      // Another process was a moment faster than this one's clock: history is told again, in its order.
      timeline = openTimeline(world);
      for (const earlier of history) timeline.make(earlier.change, earlier.at);
    }
  };
  const look = () => {
    catchUp();
    timeline.advance(clock.now());
    return { store: timeline.store, now: timeline.now() };
  };

  return {
    clock,
    open(opened = {}) {
      const { mode = 'observe', signal, faults = [], pageSize = 500, requestMilliseconds = 15_000 } = opened;
      const denied = [...world.denied, ...(opened.denied ?? [])];
      const line = openLine({ unreachable: world.unreachable, clock, faults, requestMilliseconds, signal });
      return {
        reader: openReader({ world, denied, line, pageSize, look }),
        writer:
          mode === 'observe'
            ? undefined
            : openWriter({
                denied,
                line,
                look,
                record(change, proposal, id) {
                  journal.append({ number: history.length + 1, id, at: timeline.now(), proposal, change });
                  catchUp();
                  return history.some((made) => made.id === id);
                },
              }),
        may: async (question) =>
          line.read(`find out whether it may ${sayQuestion(question)}`, () => isAllowed(denied, question)),
        clock,
        counts: () => line.counts(),
      };
    },
    changes() {
      catchUp();
      return [...history];
    },
  };
}

/** One cluster on a world of its own. */
export function openWorld(world: World, options: WorldOptions & ClusterOptions = {}): Cluster {
  return startWorld(world, options).open(options);
}
