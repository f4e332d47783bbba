/**
 * The shared store behind records, ledger and outbox did not answer in time, or cannot take writes now.
 * A write that ran into this may still have happened: read before doing it again.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
