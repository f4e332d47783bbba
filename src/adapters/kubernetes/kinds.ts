import { z } from 'zod';
import { CannotRead } from '../../core/errors.ts';
import { type Kind, type KubernetesObject, readAs, resourceOf } from '../../core/kind.ts';
import { statusIn } from './failure.ts';
import { type Session, taking } from './session.ts';

/** What the API answered about a kind: the answer of the first version it serves, or that it serves none of them. */
export type Served<Result> = { readonly served: true; readonly result: Result } | { readonly served: false };

/** Finds out, for one run, which version of a kind the API serves. */
export type ServedVersions = {
  /**
   * Reads with one version after another until the API serves it. `read` throws `NotServed` for a version that it
   * does not. A refusal counts only for a kind that is there: RBAC refuses without looking whether it is.
   */
  with<Result>(kind: Kind, read: (apiVersion: string) => Promise<Result>): Promise<Served<Result>>;
};

/** The API does not serve this version of the kind. Never leaves the adapter. */
export class NotServed extends Error {
  override readonly name = 'NotServed';
}

/** Whether a 404 is about the resource itself; one about an object names it. */
export function isAboutTheKind(body: string): boolean {
  return statusIn(body)?.details.name === undefined;
}

const ResourceList = z.object({ resources: z.array(z.object({ name: z.string() })) });

export function servedVersions(session: Session): ServedVersions {
  const known = new Map<string, string>();

  /** By discovery, which every authenticated user may read; undefined when that cannot be read either. */
  const isServed = async ({ plural }: Kind, apiVersion: string): Promise<boolean | undefined> => {
    const what = `find out whether the API serves ${plural} of ${apiVersion}`;
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const body = await session.read({ what, asked: { method: 'GET', path }, take: taking(what) });
      return ResourceList.parse(JSON.parse(body)).resources.some(({ name }) => name === plural);
    } catch (error) {
      return error instanceof CannotRead && error.reason === 'missing' ? false : undefined;
    }
  };

  return {
    with: async (kind, read) => {
      const name = resourceOf(kind);
      const found = known.get(name);
      for (const apiVersion of found === undefined ? kind.apiVersions : [found]) {
        try {
          const result = await read(apiVersion);
          known.set(name, apiVersion);
          return { served: true, result };
        } catch (error) {
          if (error instanceof NotServed) continue;
          const isRefused = error instanceof CannotRead && error.reason === 'denied';
          if (!isRefused || (await isServed(kind, apiVersion)) !== false) throw error;
        }
      }
      return { served: false };
    },
  };
}

const compiled = new WeakMap<z.ZodType, z.ZodType>();

/** The same schema, made faster once and for all: a list may have a hundred thousand objects. */
function fast<Shape>(schema: z.ZodType<Shape>): z.ZodType<Shape> {
  const made = compiled.get(schema) ?? z.compile(schema);
  compiled.set(schema, made);
  // What is kept for a schema was made of it.
  return made as z.ZodType<Shape>;
}

const readers = new WeakMap<z.ZodType, boolean>();

/** Whether the schema looks at who wrote which field: it names that, or keeps what it does not name. */
export function readsManagedFields({ schema }: Kind): boolean {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const jsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: (made) => {
      made.jsonSchema.default = undefined;
    },
  });
  // `{}` is the schema of what may be anything.
  const reads = /"managedFields"|:\{\}/.test(JSON.stringify(jsonSchema));
  readers.set(schema, reads);
  return reads;
}

/** An object as the kind's schema has it. Items of a list come without the kind and version of their own. */
export function parseObject<Shape extends KubernetesObject>(
  what: string,
  kind: Kind<Shape>,
  apiVersion: string,
  written: unknown,
): Shape {
  const fields = written !== null && typeof written === 'object' ? written : {};
  const parsed = readAs(fast(kind.schema), { apiVersion, kind: kind.name, ...fields });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = z.object({ metadata: z.object({ name: z.string() }) }).safeParse(written).data?.metadata.name;
  const field = issue?.path.map(String).join('.') ?? '';
  throw new CannotRead(
    what,
    'unexpected-shape',
    `${kind.name} ${name ?? 'without a name'} has an unexpected ${field === '' ? 'shape' : field}: ${issue?.message ?? 'no reason'}`,
  );
}

/** Throws for a namespace that the kind needs and the query lacks, or has and the kind does not. */
export function requireScope(what: string, kind: Kind, namespace: string | undefined): void {
  if (kind.namespaced === (namespace !== undefined)) return;
  const because = kind.namespaced
    ? `${kind.name} objects are in a namespace, and none was given`
    : `${kind.name} objects are in no namespace`;
  throw new CannotRead(what, 'invalid', because);
}
