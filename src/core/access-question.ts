import type { AccessRule } from './access.ts';

/**
 * One thing that an identity may or may not do, as an API server is asked about it. Without a namespace it means all
 * of them, without a name every object. `resource` may have a subresource: `pods/log`.
 */
export type AccessQuestion =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly namespace?: string | undefined;
      readonly name?: string | undefined;
    }
  | { readonly verb: string; readonly path: string };

/** Everything that a rule allows, one by one. */
export function questionsOf(rule: AccessRule): AccessQuestion[] {
  const { namespace, apiGroups, resources, resourceNames, nonResourceURLs, verbs } = rule;
  if (nonResourceURLs !== undefined) return nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ verb, path })));
  const names: readonly (string | undefined)[] = resourceNames ?? [undefined];
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.flatMap((name) =>
        verbs.map((verb) => ({
          verb,
          group,
          resource,
          ...(namespace === undefined ? {} : { namespace }),
          ...(name === undefined ? {} : { name }),
        })),
      ),
    ),
  );
}

/** The part of a rule that some of its questions ask for: what has to be added when they were answered with no. */
export function partOf(rule: AccessRule, questions: readonly AccessQuestion[]): AccessRule {
  const asked = <Value>(all: readonly Value[], isAsked: (question: AccessQuestion, value: Value) => boolean) =>
    all.filter((value) => questions.some((question) => isAsked(question, value)));
  const verbs = asked(rule.verbs, ({ verb }, value) => verb === value);
  if (rule.nonResourceURLs !== undefined) {
    const paths = asked(rule.nonResourceURLs, (question, value) => 'path' in question && question.path === value);
    return { ...rule, nonResourceURLs: paths, verbs };
  }
  const groups = asked(rule.apiGroups, (question, value) => 'group' in question && question.group === value);
  const names =
    rule.resourceNames === undefined
      ? {}
      : {
          resourceNames: asked(rule.resourceNames, (question, value) => 'name' in question && question.name === value),
        };
  return { ...rule, ...names, apiGroups: groups, verbs };
}

/** `list subnets.kubeovn.io in every namespace`, `get pods/log in kube-system`, `get /readyz`. */
export function sayQuestion(question: AccessQuestion): string {
  if ('path' in question) return `${question.verb} ${question.path}`;
  const { verb, group, resource, namespace, name } = question;
  const [plural = '', subresource] = resource.split('/');
  const full = `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  const where = namespace === undefined ? 'in every namespace' : `in ${namespace}`;
  return `${verb} ${full}${name === undefined ? '' : ` ${name}`} ${where}`;
}

/** `get, list subnets.kubeovn.io in every namespace`: a rule, for a sentence. */
export function sayRule(rule: AccessRule): string {
  const [first] = questionsOf(rule);
  if (first === undefined) return 'nothing';
  const names = rule.resourceNames === undefined ? {} : { name: rule.resourceNames.join(', ') };
  const paths = rule.nonResourceURLs === undefined ? {} : { path: rule.nonResourceURLs.join(', ') };
  return sayQuestion({ ...first, ...names, ...paths, verb: rule.verbs.join(', ') });
}

/** A rule as it is written under `rules:` of a Role or ClusterRole. */
export function ruleYaml(rule: AccessRule): string {
  const fields: [string, readonly string[] | undefined][] =
    rule.nonResourceURLs === undefined
      ? [
          ['apiGroups', rule.apiGroups],
          ['resources', rule.resources],
          ['resourceNames', rule.resourceNames],
          ['verbs', rule.verbs],
        ]
      : [
          ['nonResourceURLs', rule.nonResourceURLs],
          ['verbs', rule.verbs],
        ];
  return fields
    .flatMap(([name, values]) =>
      values === undefined ? [] : [`${name}: [${values.map((value) => JSON.stringify(value)).join(', ')}]`],
    )
    .map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)
    .join('\n');
}

/** Rules by the Role that they belong into, as YAML with a comment above each: what a person copies. */
export function rulesYaml(rules: readonly AccessRule[]): string {
  const places = [...new Set(rules.map(({ namespace }) => namespace))];
  return places
    .map((place) => {
      const title =
        place === undefined ? '# rules of the ClusterRole' : `# rules of the Role in the namespace ${place}`;
      return [title, ...rules.filter(({ namespace }) => namespace === place).map(ruleYaml)].join('\n');
    })
    .join('\n');
}
