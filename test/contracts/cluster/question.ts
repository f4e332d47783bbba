import { expect } from '@jest/globals';
import type { CannotChange, CannotRead, ChangeFailure, ReadFailure } from '../../../src/core/errors.ts';
import type { WorldLog, WorldObject } from '../../../src/core/world.ts';
import type { Cluster, ClusterWriter } from '../../../src/ports/cluster.ts';
import type { Examinee } from './examinee.ts';

export type Prepare = (objects: readonly WorldObject[], logs?: readonly WorldLog[]) => Promise<Examinee>;
export type Question = (prepare: Prepare, now: Date) => Promise<void>;

/** Names the questions of one topic and keeps their titles as a type. */
export function questions<const Title extends string>(asked: Record<Title, Question>): Record<Title, Question> {
  return asked;
}

/** What kind of failure a read or a change ended in, and the words it gave. */
export async function failureOf(attempt: Promise<unknown>): Promise<{ name: string; reason: string; because: string }> {
  const failed = await attempt.then(
    (answer) => {
      throw new Error(`It should have failed, and answered ${JSON.stringify(answer)}.`);
    },
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(Error);
  const { name, reason, because, message } = failed as CannotRead | CannotChange;
  return { name, reason: reason ?? message, because: because ?? message };
}

export async function expectCannotRead(attempt: Promise<unknown>, reason: ReadFailure, words = /./): Promise<void> {
  const failure = await failureOf(attempt);
  expect(failure).toMatchObject({ name: 'CannotRead', reason });
  expect(failure.because).toMatch(words);
}

export async function expectCannotChange(attempt: Promise<unknown>, reason: ChangeFailure, words = /./): Promise<void> {
  const failure = await failureOf(attempt);
  expect(failure).toMatchObject({ name: 'CannotChange', reason });
  expect(failure.because).toMatch(words);
}

export function writerOf(cluster: Cluster): ClusterWriter {
  if (cluster.writer === undefined) throw new Error('This cluster was opened to remediate and has no writer.');
  return cluster.writer;
}

/** A busy control plane takes its time, for which no test is to fail. */
const patienceSeconds = 60;

/** Asks again and again, for what a server does in its own time, until it answers something or its patience is over. */
export async function eventually<Answer>(ask: () => Promise<Answer | undefined>, what: string): Promise<Answer> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Within ${patienceSeconds} s it did not come about that ${what}.`);
}
