import type { AlertRecord } from '../core/alert.ts';

/** What the house remembers of alerts, shared by all its processes. */
export interface Alerts {
  alert(fingerprint: string): Promise<AlertRecord | undefined>;
  /**
   * Changes what is remembered, atomically: `change` may be called again when another process was faster. Forgotten 90
   * days after the last change.
   */
  update(fingerprint: string, change: (before: AlertRecord | undefined) => AlertRecord): Promise<AlertRecord>;
  /**
   * Takes one of `limit` places within a sliding window, for this member; one that has a place keeps it. False when
   * all are taken.
   */
  takePlace(
    scope: string,
    member: string,
    window: { readonly limit: number; readonly milliseconds: number; readonly now: Date },
  ): Promise<boolean>;
  /** Adds a line to a list, once; gives back the list in its order. Forgotten after a day. */
  addTo(list: string, line: string): Promise<readonly string[]>;
}
