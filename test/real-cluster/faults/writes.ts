import { type Change, changedObject } from '../../../src/core/change.ts';
import type { BareApiServer } from '../control-plane/bare.ts';
import { audited } from '../test-cluster.ts';

type Line = {
  readonly verb: string;
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: Readonly<Record<'resource' | 'subresource' | 'namespace' | 'name', string | undefined>>;
  readonly requestObject?: {
    readonly dryRun?: readonly string[];
    readonly deleteOptions?: { dryRun?: readonly string[] };
  };
  readonly responseStatus?: { readonly code: number };
};

/** A request of the product that was no read, as the audit log of the API server has it. */
export type Write = {
  readonly verb: string;
  /** `pods`, `pods/eviction` ... */
  readonly what: string;
  /** `namespace/name` */
  readonly object: string;
  readonly dryRun: boolean;
  /** The HTTP status of the answer. */
  readonly answer: number | undefined;
};

/** What the product sent that was no read, oldest first. */
export async function writesOn(server: Pick<BareApiServer, 'auditLog'>): Promise<Write[]> {
  const lines = await audited<Line>(
    server,
    ({ userAgent, verb }) => userAgent === 'cluster-triage' && verb !== 'get' && verb !== 'list',
  );
  return lines.map(({ verb, requestURI, objectRef, requestObject, responseStatus }) => ({
    verb,
    what: [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined).join('/'),
    object: [objectRef?.namespace, objectRef?.name].filter((part) => part !== undefined).join('/'),
    dryRun:
      requestURI.includes('dryRun=All') ||
      requestObject?.dryRun !== undefined ||
      requestObject?.deleteOptions?.dryRun !== undefined,
    answer: responseStatus?.code,
  }));
}

/** The one line of the audit log that a change should make. */
export function writeOf(change: Change): Pick<Write, 'verb' | 'what' | 'object'> {
  const { plural, namespace, name } = changedObject(change);
  const object = namespace === undefined ? name : `${namespace}/${name}`;
  if (change.change === 'evict-pod') return { verb: 'create', what: 'pods/eviction', object };
  if (change.change !== 'patch-object') return { verb: 'delete', what: plural, object };
  const part = change.subresource === undefined ? '' : `/${change.subresource}`;
  return { verb: 'patch', what: `${plural}${part}`, object };
}
