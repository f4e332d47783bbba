import { isIn } from '../../../src/core/version.ts';

/** A change of flannel that decides what a fault looks like, and the first version that has it. */
export type FlannelChange = { readonly first: string; readonly upstream: string; readonly says: string };

export const changes = {
  refusesForeignPodCidr: {
    first: 'v0.18.0',
    upstream: 'commit d8fea14a',
    says: 'flannel does not start on a node whose pod CIDR lies outside its Network',
  },
} as const satisfies Record<string, FlannelChange>;

/** Undefined when the version is not known: the caller then says so. */
export function has(version: string | undefined, change: FlannelChange): boolean | undefined {
  return isIn(version, [change.first]);
}

export function unlessBackported({ upstream }: FlannelChange): string {
  return `unless your vendor back-ported ${upstream}`;
}
