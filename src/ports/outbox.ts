/** Where a message ended up. */
export type Posted = { readonly channel: string; readonly id: string };

/**
 * What was sent under which key, shared by all processes, so that nothing is posted twice.
 * `begin` takes a short lease on the key: another process waits or comes back later. An owner does one thing at a
 * time with a key: one that begins again has not said how its last try ended, and is answered like after a crash.
 */
export interface Outbox {
  /**
   * `new`: nobody tried. `posted`: it is there. `unclear`: somebody began and did not say how it ended;
   * look in the channel before posting. `busy`: another process is at it now.
   * `content` is undefined when it is not certain what the message shows: somebody began to edit it and did not say
   * how it ended.
   */
  begin(
    key: string,
    owner: string,
  ): Promise<
    | { readonly is: 'new' }
    | { readonly is: 'posted'; readonly posted: Posted; readonly content: string | undefined }
    | { readonly is: 'unclear'; readonly since: Date }
    | { readonly is: 'busy' }
  >;
  /** Records the post and the digest of what it shows, and frees the lease. */
  finish(key: string, owner: string, posted: Posted, content: string): Promise<void>;
  /** Frees the lease without a post: nothing was sent for certain. What was unclear before stays unclear. */
  abandon(key: string, owner: string): Promise<void>;
  find(key: string): Promise<Posted | undefined>;
}
