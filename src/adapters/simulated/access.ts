import type { AccessQuestion } from '../../core/access-question.ts';
import type { World } from '../../core/world.ts';

/** What somebody wants to do, as RBAC names it. `resource` may have a subresource: `pods/log`. */
export type Access = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

/** Who the world takes the house for. */
const user = 'cluster-triage';

/** `deployments.apps/scale`: how a world file names a resource. */
function writtenAs({ group, resource }: Access): string {
  const [plural = '', subresource] = resource.split('/');
  const full = group === '' ? plural : `${plural}.${group}`;
  return subresource === undefined ? full : `${full}/${subresource}`;
}

function isDenied(denied: World['denied'], verb: string, resource: string): boolean {
  return denied.some((rule) => [verb, '*'].includes(rule.verb) && [resource, '*'].includes(rule.resource));
}

/** Undefined when it is allowed, else the API server's sentence, which names the rule that is missing. */
export function refusalOf(denied: World['denied'], access: Access): string | undefined {
  if (!isDenied(denied, access.verb, writtenAs(access))) return undefined;
  const { verb, group, resource, namespace, name } = access;
  const [plural = ''] = resource.split('/');
  const object = `${group === '' ? plural : `${plural}.${group}`}${name === undefined ? '' : ` "${name}"`}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}

export function refusalOfPath(denied: World['denied'], path: string): string | undefined {
  if (!isDenied(denied, 'get', path)) return undefined;
  return `forbidden: User "${user}" cannot get path "${path}"`;
}

/** What an access review would answer, in a world that allows what it does not deny. */
export function isAllowed(denied: World['denied'], question: AccessQuestion): boolean {
  if ('path' in question) return !isDenied(denied, question.verb, question.path);
  return refusalOf(denied, question) === undefined;
}
