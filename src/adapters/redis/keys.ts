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
    unfinishedRuns: key('runs-unfinished'),
    fleet: (id: string) => key('fleet', id),
    thread: (channel: string, thread: string) => key('thread', channel, thread),
    place: (kind: string) => key('under-way', kind),
    joiners: (run: string) => key('joiners', run),
    joinersOrder: (run: string) => key('joiners-order', run),
    proposal: (id: string) => key('proposal', id),
    /** Offered proposals by when their time is over. */
    offered: key('proposals-offered'),
    /** Approved proposals that are not done or void yet. */
    unfinished: key('proposals-unfinished'),
    /** Reviews by proposal, and the open ones by when they were opened. */
    reviews: key('reviews'),
    openReviews: key('reviews-open'),
    /** What limits a cluster: when changes were made, when objects were changed, which fix disrupts. */
    limits: (cluster: string, what: 'changes' | 'objects' | 'disruption') => key('limits', cluster, what),
    freezes: key('freezes'),
    ledger: key('ledger'),
    /** The number and hash of the last entry that was appended, so that a removed end is noticed. */
    ledgerHead: key('ledger-head'),
    ledgerOf: (proposal: string) => key('ledger-of', proposal),
    alert: (fingerprint: string) => key('alert', fingerprint),
    alertPlaces: (scope: string) => key('alert-places', scope),
    alertList: (list: string) => key('alert-list', list),
    mitigation: (id: string) => key('mitigation', id),
    /** Mitigations that are not closed, by when they are due. */
    mitigationsOpen: key('mitigations-open'),
    outbox: (message: string) => key('outbox', message),
    votes: (run: string) => key('votes', run),
    /** What is known of articles by their use. */
    standings: key('article-standings'),
    /** Marks a proposal whose fix was counted for its articles. */
    fixCounted: (proposal: string) => key('fix-counted', proposal),
    /** What no article answered: when last, and how often. */
    missTimes: key('misses'),
    missCounts: key('miss-counts'),
    missCounted: (once: string) => key('miss-counted', once),
  };
}
