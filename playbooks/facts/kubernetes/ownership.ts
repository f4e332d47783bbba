import type { Metadata } from '../../../src/core/kind.ts';

/** A tool that writes an object again from its own source, and the label or annotation that says so. */
export type Owner = { readonly tool: string; readonly sign: string };

type Sign = { readonly tool: string; readonly key: RegExp; readonly value?: RegExp };

/** The more specific first: Flux and Argo CD carry Helm's labels along. */
const signs: readonly Sign[] = [
  { tool: 'Argo CD', key: /^argocd\.argoproj\.io\/(instance|tracking-id)$/ },
  { tool: 'Flux', key: /^(kustomize|helm)\.toolkit\.fluxcd\.io\/name$/ },
  { tool: 'Rancher', key: /^objectset\.rio\.cattle\.io\// },
  { tool: 'Helm', key: /^meta\.helm\.sh\/release-name$|^helm\.sh\/chart$/ },
  { tool: 'the add-on manager', key: /^addonmanager\.kubernetes\.io\/mode$/, value: /^Reconcile$/ },
  { tool: 'Helm', key: /^app\.kubernetes\.io\/managed-by$/, value: /^Helm$/i },
];

/** Who would take a change of this object back. Undefined when nothing says so, as after `kubectl apply` by hand. */
export function ownerOf({ labels, annotations }: Pick<Metadata, 'labels' | 'annotations'>): Owner | undefined {
  const marks = [...Object.entries(labels), ...Object.entries(annotations)];
  for (const { tool, key, value } of signs) {
    const mark = marks.find(([name, given]) => key.test(name) && (value === undefined || value.test(given)));
    if (mark !== undefined) return { tool, sign: `${mark[0]}=${mark[1].slice(0, 60)}` };
  }
  const managedBy = labels['app.kubernetes.io/managed-by'];
  return managedBy === undefined ? undefined : { tool: managedBy, sign: `app.kubernetes.io/managed-by=${managedBy}` };
}
