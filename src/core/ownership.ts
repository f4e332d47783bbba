import { z } from 'zod';
import type { Metadata } from './kind.ts';

/** A tool that writes an object again from its own source, and the label or annotation that says so. */
export type Owner = { readonly tool: string; readonly sign: string; readonly when: string };

/**
 * That a tool would take a change back, or would not. `never`: the object is the tool's, but what is changed is not
 * among the fields that it keeps. `unknown`: the object could not be read for its owner.
 */
export const Reversal = z.object({
  /** As the card names the change: `patch Deployment kong/kong`. */
  change: z.string(),
  is: z.enum(['certain', 'possible', 'never', 'unknown']),
  /** Whole sentences: who, where that is seen, and when it happens. */
  says: z.string(),
});
export type Reversal = z.infer<typeof Reversal>;

type Sign = { readonly tool: string; readonly key: RegExp; readonly value?: RegExp; readonly when: string };

const byArgo = 'within seconds where self-healing is on, and otherwise with its next sync';
const byFlux = 'with its next reconciliation, usually within 10 minutes';
const byHelm = 'with the next upgrade or rollback of the release';
const byFluxHelm = 'with its next reconciliation where drift detection is on, and otherwise with the next upgrade';
const byFleet = 'with the next deployment of its bundle, and within minutes where drift correction is on';

/** The more specific first: Flux, Fleet and Argo CD carry Helm's labels along. */
const signs: readonly Sign[] = [
  { tool: 'Argo CD', key: /^argocd\.argoproj\.io\/(instance|tracking-id)$/, when: byArgo },
  { tool: 'Flux', key: /^kustomize\.toolkit\.fluxcd\.io\/name$/, when: byFlux },
  { tool: 'Flux', key: /^helm\.toolkit\.fluxcd\.io\/name$/, when: byFluxHelm },
  { tool: 'Rancher Fleet', key: /^fleet\.cattle\.io\/bundle-id$/, when: byFleet },
  { tool: 'Rancher', key: /^objectset\.rio\.cattle\.io\//, when: 'when Fleet or K3s next applies its manifests' },
  { tool: 'Helm', key: /^meta\.helm\.sh\/release-name$|^helm\.sh\/chart$/, when: byHelm },
  {
    tool: 'the add-on manager',
    key: /^addonmanager\.kubernetes\.io\/mode$/,
    value: /^Reconcile$/,
    when: 'within a minute',
  },
  { tool: 'Helm', key: /^app\.kubernetes\.io\/managed-by$/, value: /^Helm$/i, when: byHelm },
];

/** Flux leaves an object alone that carries this, until it is taken off again (kustomize-controller 0.17). */
const fluxIsOff = ['kustomize.toolkit.fluxcd.io/reconcile', 'disabled'] as const;

type Marked = Pick<Metadata, 'labels' | 'annotations'>;

/** Who would take a change of this object back. Undefined when nothing says so, as after `kubectl apply` by hand. */
export function ownerOf({ labels, annotations }: Marked): Owner | undefined {
  const marks = [...Object.entries(labels), ...Object.entries(annotations)];
  const isFluxOff = marks.some(([name, given]) => name === fluxIsOff[0] && given === fluxIsOff[1]);
  for (const { tool, key, value, when } of signs) {
    if (tool === 'Flux' && isFluxOff) continue;
    const mark = marks.find(([name, given]) => key.test(name) && (value === undefined || value.test(given)));
    if (mark !== undefined) return { tool, sign: `${mark[0]}=${mark[1].slice(0, 60)}`, when };
  }
  const managedBy = labels['app.kubernetes.io/managed-by'];
  if (managedBy === undefined) return undefined;
  return { tool: managedBy, sign: `app.kubernetes.io/managed-by=${managedBy}`, when: 'at any time' };
}

/** What these tools call themselves in `metadata.managedFields`. */
const managers: Readonly<Record<string, Pick<Owner, 'tool' | 'when'>>> = {
  'argocd-controller': { tool: 'Argo CD', when: byArgo },
  'argocd-application-controller': { tool: 'Argo CD', when: byArgo },
  'kustomize-controller': { tool: 'Flux', when: byFlux },
  'helm-controller': { tool: 'Flux', when: byFluxHelm },
  fleetagent: { tool: 'Rancher Fleet', when: byFleet },
  helm: { tool: 'Helm', when: byHelm },
};

/** One entry of `metadata.managedFields`: who wrote which fields, as the API server keeps it. */
export const ManagedBy = z.object({
  manager: z.string().default(''),
  operation: z.string().default(''),
  fieldsV1: z.unknown().optional(),
});
export type ManagedBy = z.infer<typeof ManagedBy>;

/** A tool that wrote fields of an object. */
export type Writer = Pick<Owner, 'tool' | 'when'> & {
  readonly manager: string;
  /** The first of the changed fields that it wrote, as `spec.replicas`. */
  readonly wrote: string | undefined;
  /**
   * Whether its fields are all that it keeps, because it applies on the server. Who patches from the client is named
   * only for the fields whose value it changed, and may keep more.
   */
  readonly isComplete: boolean;
};

/** The tools that wrote fields of an object, and whether each wrote one of those that a merge patch sets. */
export function writersOf(managedFields: readonly ManagedBy[], patch: Readonly<Record<string, unknown>>): Writer[] {
  const paths = leavesOf(patch);
  const names = [...new Set(managedFields.map(({ manager }) => manager))];
  return names.flatMap((manager) => {
    const known = Object.hasOwn(managers, manager) ? managers[manager] : undefined;
    if (known === undefined) return [];
    const own = managedFields.filter((entry) => entry.manager === manager);
    const wrote = paths.find((path) => own.some(({ fieldsV1 }) => holds(fieldsV1, path)))?.join('.');
    return [{ ...known, manager, wrote, isComplete: own.some(({ operation }) => operation === 'Apply') }];
  });
}

/** The fields that a merge patch sets or removes; a list is replaced as a whole. */
function leavesOf(patch: unknown, path: readonly string[] = []): string[][] {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return [[...path]];
  return Object.entries(patch).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

/** In the format FieldsV1 a field is `f:<name>`, and one with nothing below it is held with all that it contains. */
function holds(fields: unknown, [first, ...rest]: readonly string[]): boolean {
  if (fields === null || typeof fields !== 'object') return false;
  const below = new Map<string, unknown>(Object.entries(fields)).get(`f:${first ?? ''}`);
  if (below === undefined || below === null || typeof below !== 'object') return false;
  return rest.length === 0 || Object.keys(below).length === 0 || holds(below, rest);
}
