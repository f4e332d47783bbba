import { z } from 'zod';
import { type Change, changedObject, describeChange } from '../../core/change.ts';
import { CannotChange, CannotRead } from '../../core/errors.ts';
import type { ClusterWriter, Tried } from '../../ports/cluster.ts';
import type { Asked } from './connection.ts';
import { isOfABudget, refusedChange, refusedRead, statusIn } from './failure.ts';
import { resourcePath } from './names.ts';
import { type Answered, type Session, textOf } from './session.ts';

const fieldManager = 'cluster-triage';

/** Changes a real cluster over one session. */
export function kubernetesWriter(session: Session): ClusterWriter {
  /** The object that the change reads, or its scale; undefined when it is gone. */
  const before = async (change: Change): Promise<Answered> => {
    const what = `look at what would change to ${describeChange(change)}`;
    return session.read({
      what,
      asked: { method: 'GET', path: pathOf(change) },
      take: async ({ status, body }) => {
        const text = await textOf(body);
        if (status !== 200 && status !== 404) throw refusedRead(what, status, text);
        return { status, body: text };
      },
    });
  };

  /** A dry run stores nothing, so it is sent like a read; but its refusals are those of the change. */
  const dryRun = async (change: Change): Promise<Tried> => {
    const what = describeChange(change);
    const asked = requestFor(change, true);
    const found = await before(change);
    if (found.status === 404) throw new CannotChange(what, 'moved', 'it is not there any more');
    const tried = await session.read({
      what: `try to ${what}`,
      asked,
      // A budget says no with 429, and asking again would not change its mind.
      isPassing: () => false,
      take: async ({ status, body }) => ({ status, body: await textOf(body) }),
    });
    const refusal = statusIn(tried.body)?.message ?? '';
    if (tried.status >= 400 && /does not support dry run/.test(refusal)) return { cannot: refusal };
    const isBusy = tried.status === 429 && !isOfABudget(tried.body);
    if (tried.status >= 500 || isBusy) throw refusedRead(`try to ${what}`, tried.status, tried.body);
    if (tried.status >= 300) throw refusedChange(what, tried.status, tried.body);
    const after = change.change === 'patch-object' ? objectIn(tried.body) : undefined;
    return { before: objectIn(found.body), after };
  };

  return {
    dryRun,
    apply: async (approved, step) => {
      const change = approved.steps[step]?.change;
      if (change === undefined) {
        throw new CannotChange(`make step ${step + 1}`, 'invalid', 'it is nothing that the API can do');
      }
      const what = describeChange(change);
      const { status, body } = await session.write(what, requestFor(change, false));
      if (status >= 300) throw refusedChange(what, status, body);
    },
  };
}

function pathOf(change: Change, subresource?: string): string {
  const { apiVersion, plural, namespace, name } = changedObject(change);
  const own = change.change === 'patch-object' ? change.subresource : undefined;
  const found = resourcePath({ apiVersion, plural, namespace, name, subresource: subresource ?? own });
  if ('wrong' in found) throw new CannotChange(describeChange(change), 'invalid', found.wrong);
  return found.path;
}

/** The request that makes a change, with the preconditions that make the API server refuse it for another object. */
function requestFor(change: Change, isDryRun: boolean): Asked {
  const dryRun = isDryRun ? { dryRun: ['All'] } : {};
  const { uid } = change;
  switch (change.change) {
    case 'delete-pod': {
      const { gracePeriodSeconds } = change;
      const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
      return {
        method: 'DELETE',
        path: pathOf(change),
        body: deleteOptions({ preconditions: { uid }, ...grace, ...dryRun }),
      };
    }
    case 'delete-object': {
      const { resourceVersion } = change;
      const options = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background', ...dryRun };
      return { method: 'DELETE', path: pathOf(change), body: deleteOptions(options) };
    }
    case 'evict-pod': {
      const { namespace, name } = change;
      const options = deleteOptions({ preconditions: { uid }, ...dryRun });
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: options };
      return { method: 'POST', path: pathOf(change, 'eviction'), body };
    }
    case 'patch-object': {
      const { resourceVersion, patch } = change;
      const metadata = { ...metadataOf(patch), uid, resourceVersion };
      return {
        method: 'PATCH',
        path: pathOf(change),
        query: { fieldManager, fieldValidation: 'Strict', dryRun: isDryRun ? 'All' : undefined },
        contentType: 'application/merge-patch+json',
        body: { ...patch, metadata },
      };
    }
  }
}

function deleteOptions(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
}

function metadataOf(patch: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).safeParse(patch['metadata']).data ?? {};
}

function objectIn(body: string): unknown {
  const parsed: unknown = JSON.parse(body);
  const fields = z
    .looseObject({ metadata: z.looseObject({ managedFields: z.unknown().optional() }) })
    .safeParse(parsed);
  if (!fields.success) throw new CannotRead('read the answer of a dry run', 'unexpected-shape', 'it is no object');
  // Who wrote which field before is of no interest, and many times longer than the object.
  const { managedFields: _, ...metadata } = fields.data.metadata;
  return { ...fields.data, metadata };
}
