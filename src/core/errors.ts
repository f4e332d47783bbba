/** Why a read gave nothing. Each leads a person to a different next step. */
export type ReadFailure =
  | 'denied' // 401 or 403: a rule is missing
  | 'missing' // 404: the object, path or log is not there
  | 'unreachable' // no answer from the API server
  | 'timeout' // no answer in time, or the run was cancelled
  | 'expired' // 410: the list changed faster than it could be paged
  | 'rate-limited' // 429 after every retry
  | 'server-error' // 5xx after every retry
  | 'too-large' // more than this run may hold
  | 'invalid' // 400, or refused before it was sent: a name, selector or path that the API does not take
  | 'unexpected-shape' // a needed field is missing or of another type
  | 'undeclared'; // the check did not declare this read: a defect of the check

/** A read that failed. `app/diagnose` turns it into the verdict `unknown`; a check never catches it. */
export class CannotRead extends Error {
  override readonly name = 'CannotRead';
  readonly what: string;
  readonly reason: ReadFailure;
  readonly because: string;

  /**
   * @param what the read, as a person would say it: `list subnets.kubeovn.io`, `read the log of kube-system/web-0`
   * @param because one clause without a full stop: what the server said, in plain words
   */
  constructor(what: string, reason: ReadFailure, because: string) {
    super(`Could not ${what}: ${because}.`);
    this.what = what;
    this.reason = reason;
    this.because = because;
  }
}

/**
 * What a look learns when what it asks about does not run here, or is kept where the API server shows nothing of it: no
 * right and no second try would help. Its message is whole sentences for a person: why, and where to look instead.
 * `app/diagnose` turns it into the verdict `not-applicable`.
 */
export class DoesNotApply extends Error {
  override readonly name = 'DoesNotApply';
}

/** Why a change was not made. `unclear` means that it may have been made: look before doing anything else. */
export type ChangeFailure =
  | 'moved' // uid or resourceVersion is not the approved one, or the object is gone
  | 'blocked' // a PodDisruptionBudget or an admission policy says no
  | 'denied' // 401 or 403
  | 'invalid' // 400 or 422
  | 'unclear'; // the answer was lost

export class CannotChange extends Error {
  override readonly name = 'CannotChange';
  readonly reason: ChangeFailure;
  readonly because: string;

  constructor(what: string, reason: ChangeFailure, because: string) {
    super(`Could not ${what}: ${because}.`);
    this.reason = reason;
    this.because = because;
  }
}

/** What a person typed or configured cannot be understood. `next` says what to do about it. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}

/** What a person asked is understood, and a rule says that they may not. It is shown like a wrong usage. */
export class NotPermitted extends WrongUsage {}
