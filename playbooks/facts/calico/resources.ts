import { groupOf } from '../../../src/core/kind.ts';

/**
 * The group for a command about Calico's own objects: that in which the cluster served the first of these, for from
 * v3.32 it may be the newer one alone. Where nothing was seen it is the one that every older installation has.
 */
export function groupOfCalico(seen: readonly { readonly apiVersion: string }[]): string {
  return groupOf(seen[0]?.apiVersion ?? 'crd.projectcalico.org/v1');
}
