import type { Joiner, TriageJob } from '../core/job.ts';

/** Which runs are under way, and who joined them instead of starting the same once more. Shared by all processes. */
export interface UnderWay {
  /**
   * Puts this job in the place of its kind, unless another one than `over` has the place; gives back the job that
   * has it now. `kind` says what makes two jobs the same: playbook, cluster and target.
   */
  take(kind: string, job: TriageJob, over?: string): Promise<TriageJob>;
  /** Adds somebody to those who are told when the run ends; once for each person and place. */
  join(run: string, joiner: Joiner): Promise<void>;
  /** In the order in which they joined. */
  joiners(run: string): Promise<readonly Joiner[]>;
}
