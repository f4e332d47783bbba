/**
 * Where things are kept. The braces put every key into one slot of a Redis Cluster, so that one script or
 * transaction can touch several of them. Two houses on one Redis need two prefixes.
 */
export type Keys = ReturnType<typeof keysUnder>;

/** The prefix unless another one is configured. */
export const usualPrefix = '{cluster-triage}';

export function keysUnder(prefix: string = usualPrefix) {
  const key = (...parts: string[]) => [prefix, ...parts.map(encodeURIComponent)].join(':');
  return {
    run: (id: string) => key('run', id),
    fleet: (id: string) => key('fleet', id),
    thread: (channel: string, thread: string) => key('thread', channel, thread),
    proposal: (id: string) => key('proposal', id),
    /** Offered proposals by when their time is over. */
    offered: key('proposals-offered'),
    /** Approved proposals that are not done or void yet. */
    unfinished: key('proposals-unfinished'),
    ledger: key('ledger'),
    ledgerOf: (proposal: string) => key('ledger-of', proposal),
    outbox: (message: string) => key('outbox', message),
  };
}
