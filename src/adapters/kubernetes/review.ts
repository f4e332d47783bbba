import { z } from 'zod';
import { type AccessQuestion, sayQuestion } from '../../core/access-question.ts';
import { CannotRead } from '../../core/errors.ts';
import { refusedRead } from './failure.ts';
import { type Session, textOf } from './session.ts';

const Review = z.object({
  status: z.object({ allowed: z.boolean(), evaluationError: z.string().default('') }),
});

/**
 * Asks with a SelfSubjectAccessReview, which every authenticated user may send. It is a POST because the question has
 * a body; nothing is stored, so that it is repeated like a read.
 */
export async function askWhether(session: Session, question: AccessQuestion): Promise<boolean> {
  const what = `find out whether it may ${sayQuestion(question)}`;
  const text = await session.read({
    what,
    asked: {
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: specOf(question) },
    },
    take: async ({ status, body }) => {
      const answer = await textOf(body);
      if (status !== 200 && status !== 201) throw refusedRead(what, status, answer);
      return answer;
    },
  });
  const parsed = Review.safeParse(jsonIn(text));
  if (!parsed.success) throw new CannotRead(what, 'unexpected-shape', 'the answer is no access review');
  const { allowed, evaluationError } = parsed.data.status;
  // An authorizer that broke said neither yes nor no.
  if (!allowed && evaluationError !== '') throw new CannotRead(what, 'server-error', evaluationError);
  return allowed;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function specOf(question: AccessQuestion): Record<string, unknown> {
  if ('path' in question) return { nonResourceAttributes: question };
  const { resource: whole, ...rest } = question;
  const [resource, subresource] = whole.split('/');
  return { resourceAttributes: { ...rest, resource, ...(subresource === undefined ? {} : { subresource }) } };
}
