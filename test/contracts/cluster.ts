import { afterEach, describe, expect, test } from '@jest/globals';
import { access } from './cluster/access.ts';
import { changing } from './cluster/changing.ts';
import type { Examinee, Setup } from './cluster/examinee.ts';
import { faults } from './cluster/faults.ts';
import { logs } from './cluster/logs.ts';
import type { Question } from './cluster/question.ts';
import { reading } from './cluster/reading.ts';
import { refusals } from './cluster/refusals.ts';
import { removing } from './cluster/removing.ts';

const topics = { reading, logs, refusals, access, faults, removing, changing };

export type ClusterExam = {
  readonly name: string;
  readonly setup: Setup;
  /** Questions, by their exact title, that this examinee cannot sit, with a whole sentence that says why. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
  /** For one question, all polls included; 60,000 unless told. */
  readonly questionMilliseconds?: number;
};

/**
 * The exam of the cluster port: what the product relies on of a Kubernetes API. The simulated world and the real
 * adapter sit the same one, so that the simulation cannot lie. Deliberately absent, because a bare API server does
 * not do it: what controllers make of a change, such as the replacement of a deleted pod.
 */
export function clusterExam({ name, setup, skip = [], questionMilliseconds = 60_000 }: ClusterExam): void {
  const titles = Object.values(topics).flatMap((questions) => Object.keys(questions));
  const reasons = new Map(skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason] as const)));

  describe(`the cluster port, sat by ${name}`, () => {
    const prepared: Examinee[] = [];

    afterEach(async () => {
      await Promise.all(prepared.splice(0).map((examinee) => examinee.close()));
    });

    test('knows every question that is left out, and why', () => {
      expect([...reasons.keys()].filter((title) => !titles.includes(title))).toEqual([]);
      expect([...reasons.values()].filter((reason) => !/^[A-Z].{20,}\.$/.test(reason))).toEqual([]);
    });

    for (const [topic, questions] of Object.entries<Record<string, Question>>(topics)) {
      describe(topic, () => {
        for (const [title, question] of Object.entries(questions)) {
          const reason = reasons.get(title);
          if (reason !== undefined) {
            test(`${title} (left out: ${reason})`, () => expect(reason).toMatch(/\.$/));
            continue;
          }
          const answer = async (): Promise<void> => {
            const now = new Date();
            await question(async (objects, logs = []) => {
              const examinee = await setup({ now, objects, logs });
              prepared.push(examinee);
              return examinee;
            }, now);
          };
          test(
            title,
            async () => {
              expect.hasAssertions();
              await answer();
            },
            questionMilliseconds,
          );
        }
      });
    }
  });
}
