import type { ChangeName } from './change.ts';
import { groupOf, type Kind } from './kind.ts';
import type { ProductName } from './platform.ts';
import { defaultNamespaces } from './platform.ts';
import type { Place, Read } from './read.ts';
import type { DeclaredChange } from './remedy.ts';

/** One rule of a Kubernetes Role, and where it is needed: a namespace, or everywhere. */
export type AccessRule = {
  readonly namespace: string | undefined;
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
};

export type Namespaces = Readonly<Record<ProductName, string>>;

function namespaceOf(place: Place, namespaces: Namespaces): string | undefined {
  if (place === 'everywhere') return undefined;
  return 'namespace' in place ? place.namespace : namespaces[place.product];
}

function groupsOf(kind: Pick<Kind, 'apiVersions'>): string[] {
  return [...new Set(kind.apiVersions.map(groupOf))];
}

function ruleOfRead(read: Read, namespaces: Namespaces): AccessRule {
  switch (read.read) {
    case 'list':
      return {
        namespace: undefined,
        apiGroups: groupsOf(read.kind),
        resources: [read.kind.plural],
        verbs: ['get', 'list'],
      };
    case 'get':
      return {
        namespace: read.kind.namespaced ? namespaceOf(read.in, namespaces) : undefined,
        apiGroups: groupsOf(read.kind),
        resources: [read.kind.plural],
        resourceNames: [...read.names].sort(),
        verbs: ['get'],
      };
    case 'log':
      return { namespace: namespaceOf(read.in, namespaces), apiGroups: [''], resources: ['pods/log'], verbs: ['get'] };
    case 'proxy':
      return {
        namespace: namespaceOf(read.in, namespaces),
        apiGroups: [''],
        resources: [`${read.to}/proxy`],
        ...(read.names === undefined ? {} : { resourceNames: [...read.names].sort() }),
        verbs: ['get'],
      };
    case 'path':
      return { namespace: undefined, apiGroups: [], resources: [], nonResourceURLs: [read.path], verbs: ['get'] };
  }
}

const writes: Readonly<Record<ChangeName, { suffix: string; verb: string }>> = {
  'delete-pod': { suffix: '', verb: 'delete' },
  'evict-pod': { suffix: '/eviction', verb: 'create' },
  'delete-object': { suffix: '', verb: 'delete' },
  'patch-object': { suffix: '', verb: 'patch' },
};

/** The write itself, and reading the object: before it, and after a crash to see what became of it. */
function rulesOfChange(declared: DeclaredChange, namespaces: Namespaces): AccessRule[] {
  const { suffix, verb } = writes[declared.change];
  const { plural } = declared.kind;
  const part = declared.subresource === undefined ? suffix : `/${declared.subresource}`;
  const where = { namespace: namespaceOf(declared.in, namespaces), apiGroups: groupsOf(declared.kind) };
  return [
    { ...where, resources: [`${plural}${part}`], verbs: [verb] },
    { ...where, resources: [plural], verbs: ['get'] },
  ];
}

/**
 * The rules that these reads and changes need and no more, one per resource and place, sorted.
 * A resource that may be listed everywhere needs no rule by name.
 */
export function accessRules(
  reads: readonly Read[],
  changes: readonly DeclaredChange[],
  namespaces: Namespaces = defaultNamespaces,
): AccessRule[] {
  const rules = new Map<string, AccessRule>();
  const all = [
    ...reads.map((read) => ruleOfRead(read, namespaces)),
    ...changes.flatMap((change) => rulesOfChange(change, namespaces)),
  ];
  for (const rule of all) {
    const covered = all.some(
      (other) =>
        other.namespace === undefined &&
        other.resourceNames === undefined &&
        (rule.resourceNames !== undefined || rule.namespace !== undefined) &&
        same(other.apiGroups, rule.apiGroups) &&
        same(other.resources, rule.resources) &&
        rule.verbs.every((verb) => other.verbs.includes(verb)),
    );
    if (covered) continue;
    const key = JSON.stringify([
      rule.namespace ?? '',
      rule.apiGroups,
      rule.resources,
      rule.nonResourceURLs ?? [],
      rule.verbs,
    ]);
    const known = rules.get(key);
    if (known?.resourceNames === undefined || rule.resourceNames === undefined) rules.set(key, rule);
    else
      rules.set(key, { ...rule, resourceNames: [...new Set([...known.resourceNames, ...rule.resourceNames])].sort() });
  }
  return [...rules.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, rule]) => rule);
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

/** The same rules as Kubernetes manifests: a ClusterRole, a Role per namespace, and their bindings to one account. */
export function accessManifests(
  rules: readonly AccessRule[],
  options: { readonly name: string; readonly account: { readonly name: string; readonly namespace: string } },
): Record<string, unknown>[] {
  const { name, account } = options;
  const places = [...new Set(rules.map(({ namespace }) => namespace))];
  const subjects = [{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }];
  return places.flatMap((namespace) => {
    const role = namespace === undefined ? 'ClusterRole' : 'Role';
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    return [
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: role,
        metadata,
        rules: rules.filter((rule) => rule.namespace === namespace).map(manifestRule),
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: `${role}Binding`,
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role, name },
        subjects,
      },
    ];
  });
}

function manifestRule(rule: AccessRule): Record<string, unknown> {
  if (rule.nonResourceURLs !== undefined) return { nonResourceURLs: rule.nonResourceURLs, verbs: rule.verbs };
  return {
    apiGroups: rule.apiGroups,
    resources: rule.resources,
    ...(rule.resourceNames === undefined ? {} : { resourceNames: rule.resourceNames }),
    verbs: rule.verbs,
  };
}
