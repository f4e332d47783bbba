import { CannotRead } from '../../core/errors.ts';
import { type Kind, type KubernetesObject, resourceOf } from '../../core/kind.ts';
import type { ClusterReader, ListOptions, ObjectName } from '../../core/reader.ts';
import { nameOf } from '../../core/reference.ts';
import { alike } from './alike.ts';
import { refusedRead } from './failure.ts';
import { isAboutTheKind, NotServed, parseObject, readsManagedFields, requireScope, servedVersions } from './kinds.ts';
import { type ListPage, readPage } from './list-page.ts';
import { readLog } from './log.ts';
import { isPath, pathForReading } from './names.ts';
import { type Session, textOf } from './session.ts';

/** A page that was asked for; where the next one begins may be known before the page is there. */
type Coming<Shape> = { readonly page: Promise<ListPage<Shape>>; readonly token: Promise<string> };

/** Reads a real cluster over one session. */
export function kubernetesReader(session: Session): ClusterReader {
  const versions = servedVersions(session);

  const find = async <Shape extends KubernetesObject>(
    kind: Kind<Shape>,
    { name, namespace }: ObjectName,
  ): Promise<{ object: Shape } | { because: string }> => {
    const what = `read ${nameOf({ kind: kind.name, namespace, name })}`;
    requireScope(what, kind, namespace);
    const found = await versions.with(kind, async (apiVersion) => {
      const path = pathForReading(what, { apiVersion, plural: kind.plural, namespace, name });
      return session.read({
        what,
        asked: { method: 'GET', path },
        take: async ({ status, body }) => {
          const text = await textOf(body);
          if (status === 404 && isAboutTheKind(text)) throw new NotServed();
          if (status === 404) return { because: `the API server has no ${resourceOf(kind)} named ${name}` };
          if (status !== 200) throw refusedRead(what, status, text);
          session.countObjects(what, 1);
          return { object: parseObject(what, kind, apiVersion, fromJson(what, text)) };
        },
      });
    });
    return found.served ? found.result : { because: `the API server does not serve ${resourceOf(kind)}` };
  };

  const pages = async <Shape extends KubernetesObject>(
    kind: Kind<Shape>,
    apiVersion: string,
    { namespace, labels, fields }: ListOptions,
  ): Promise<Shape[]> => {
    const what = describeList(kind, namespace);
    const path = pathForReading(what, { apiVersion, plural: kind.plural, namespace });
    const query = { labelSelector: labels, fieldSelector: fields, limit: session.limits.pageSize };
    const objects: Shape[] = [];
    const ask = (after?: string): Coming<Shape> => {
      const early = Promise.withResolvers<string>();
      const page = session.read({
        what,
        asked: { method: 'GET', path, query: { ...query, continue: after } },
        take: async ({ status, body }) => {
          if (status === 404) throw new NotServed();
          if (status !== 200) throw refusedRead(what, status, await textOf(body));
          let before = objects.at(-1);
          const read = (written: unknown): Shape => {
            before = alike(before, parseObject(what, kind, apiVersion, written));
            return before;
          };
          return readPage(what, body, { read, managedFields: readsManagedFields(kind), onToken: early.resolve });
        },
      });
      return { page, token: Promise.race([early.promise, page.then(({ token }) => token)]) };
    };
    let coming: Coming<Shape> | undefined = ask();
    while (coming !== undefined) {
      const token: string = await coming.token;
      // The next page is asked for while this one comes, so that the server makes it meanwhile.
      const next: Coming<Shape> | undefined = token === '' ? undefined : ask(token);
      for (const promise of [next?.page, next?.token]) promise?.catch(() => undefined);
      const page: ListPage<Shape> = await coming.page;
      session.countObjects(what, page.items.length);
      objects.push(...page.items);
      if (page.token === token) coming = next;
      // The connection broke, and the page that was sent again may be of another time.
      else coming = page.token === '' ? undefined : ask(page.token);
    }
    return objects;
  };

  const list = async <Shape extends KubernetesObject>(
    kind: Kind<Shape>,
    options: ListOptions = {},
  ): Promise<readonly Shape[]> => {
    if (options.namespace !== undefined) requireScope(describeList(kind, options.namespace), kind, options.namespace);
    const listed = await versions.with(kind, async (apiVersion) => {
      try {
        return await pages(kind, apiVersion, options);
      } catch (error) {
        // What was read so far is of another time than what would follow, so all of it is read again, once.
        if (!(error instanceof CannotRead) || error.reason !== 'expired') throw error;
        return pages(kind, apiVersion, options);
      }
    });
    return listed.served ? listed.result.sort(byNamespaceAndName) : [];
  };

  return {
    need: async (kind, name) => {
      const found = await find(kind, name);
      if ('object' in found) return found.object;
      throw new CannotRead(`read ${nameOf({ kind: kind.name, ...name })}`, 'missing', found.because);
    },
    find: async (kind, name) => {
      const found = await find(kind, name);
      return 'object' in found ? found.object : undefined;
    },
    list,
    logs: async (query) => readLog(session, query),
    get: async (path) => {
      const what = `get ${JSON.stringify(path).slice(1, -1)}`;
      if (!isPath(path)) throw new CannotRead(what, 'invalid', 'it is no path that may be asked for');
      return session.read({
        what,
        asked: { method: 'GET', path },
        // 500 is how `/readyz` says what is not ready, and a proxied backend may answer what it likes.
        isPassing: (status) => status === 429,
        take: async ({ status, body }) => {
          const text = await textOf(body);
          if ([401, 403, 404, 429].includes(status) && isOfTheServer(path, text)) throw refusedRead(what, status, text);
          if (status === 404) throw new CannotRead(what, 'missing', 'there is nothing at that path');
          return { status, body: text };
        },
      });
    },
  };
}

/** Behind a proxy path somebody else may answer 403; the API server itself says so with a Status. */
function isOfTheServer(path: string, body: string): boolean {
  return !/\/proxy(\/|\?|$)/.test(path) || body.includes('"kind":"Status"');
}

function describeList(kind: Kind, namespace: string | undefined): string {
  return namespace === undefined ? `list ${resourceOf(kind)}` : `list ${resourceOf(kind)} in ${namespace}`;
}

function fromJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CannotRead(what, 'unexpected-shape', 'the answer is no JSON');
  }
}

function byNamespaceAndName({ metadata: left }: KubernetesObject, { metadata: right }: KubernetesObject): number {
  return compare(left.namespace ?? '', right.namespace ?? '') || compare(left.name, right.name);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
