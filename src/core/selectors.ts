/** A selector, or the API server's words for why it is none. */
export type Selector<Subject> = { readonly matches: (subject: Subject) => boolean } | { readonly refused: string };

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const key = String.raw`(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const value = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const forms = {
  set: new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^()]*)\)$`),
  equality: new RegExp(String.raw`^(${key})\s*(==|=|!=)\s*(${value})$`),
  order: new RegExp(String.raw`^(${key})\s*([<>])\s*(-?\d+)$`),
  existence: new RegExp(String.raw`^(!)?\s*(${key})$`),
  value: new RegExp(`^${value}$`),
};

/** Splits at commas that are in no parentheses. */
function requirementsOf(written: string): string[] {
  return written.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function setRequirement(name: string, operator: string, list: string): Requirement | undefined {
  const values = list.split(',').map((part) => part.trim());
  if (!values.every((part) => forms.value.test(part))) return undefined;
  const isIn: Requirement = (labels) => values.includes(labels[name] ?? '\0');
  return operator === 'in' ? isIn : (labels) => !isIn(labels);
}

function requirement(written: string): Requirement | undefined {
  const [, setName, setOperator, list] = forms.set.exec(written) ?? [];
  if (setName !== undefined && setOperator !== undefined && list !== undefined) {
    return setRequirement(setName, setOperator, list);
  }
  const [, name, operator, wanted] = forms.equality.exec(written) ?? [];
  if (name !== undefined) {
    return operator === '!=' ? (labels) => labels[name] !== wanted : (labels) => labels[name] === wanted;
  }
  const [, ordered, direction, bound] = forms.order.exec(written) ?? [];
  if (ordered !== undefined) {
    return (labels) => {
      const given = labels[ordered];
      if (given === undefined || !/^-?\d+$/.test(given)) return false;
      return direction === '>' ? Number(given) > Number(bound) : Number(given) < Number(bound);
    };
  }
  const [, not, existing] = forms.existence.exec(written) ?? [];
  if (existing === undefined) return undefined;
  return (labels) => (labels[existing] !== undefined) === (not === undefined);
}

/**
 * A label selector in the API's whole grammar: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`,
 * `a<1`, joined by commas. `!=` and `notin` take objects that lack the label, as the API does.
 */
export function labelSelector(written: string): Selector<Labels> {
  if (written.trim() === '') return { matches: () => true };
  const requirements: Requirement[] = [];
  for (const part of requirementsOf(written)) {
    const parsed = requirement(part);
    if (parsed === undefined) return { refused: `unable to parse requirement: "${part}" is no label requirement` };
    requirements.push(parsed);
  }
  return { matches: (labels) => requirements.every((holds) => holds(labels)) };
}

/** The fields, beside name and namespace, that the API server selects by; `Kind.group` for kinds outside the core. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'Event.events.k8s.io': [
    'reason',
    'reportingController',
    'type',
    'regarding.kind',
    'regarding.name',
    'regarding.namespace',
    'regarding.uid',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  ReplicationController: ['status.replicas'],
  'ReplicaSet.apps': ['status.replicas'],
  'Job.batch': ['status.successful'],
  'CertificateSigningRequest.certificates.k8s.io': ['spec.signerName'],
};

/**
 * A field selector. The API server knows a closed list of fields per kind and answers 400 for any other;
 * an absent field is compared as the empty string, an absent boolean as `false`.
 * @param kind `Pod`, or `Job.batch` outside the core group
 * @param more fields that a CustomResourceDefinition declares as selectable
 */
export function fieldSelector(
  written: string,
  kind: string,
  more: readonly string[] = [],
): Selector<(path: string) => unknown> {
  if (written.trim() === '') return { matches: () => true };
  const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind] ?? []), ...more];
  const terms: { path: string; not: boolean; wanted: string }[] = [];
  for (const part of written.split(/(?<!\\),/)) {
    const [, path, operator, wanted] = /^([^=!]+?)(==|=|!=)(.*)$/s.exec(part.trim()) ?? [];
    if (path === undefined || wanted === undefined) {
      return { refused: `invalid selector: '${written}'; can't understand '${part}'` };
    }
    if (!known.includes(path)) return { refused: `field label not supported: ${path}` };
    terms.push({ path, not: operator === '!=', wanted: wanted.replaceAll(/\\([\\,=])/g, '$1') });
  }
  const textOf = (value: unknown, path: string): string => {
    if (value === undefined || value === null) return /unschedulable|hostNetwork/.test(path) ? 'false' : '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return {
    matches: (fieldAt) => terms.every(({ path, not, wanted }) => (textOf(fieldAt(path), path) === wanted) !== not),
  };
}
