import { z } from 'zod';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { changes, has, type UpstreamChange } from '../../facts/kube-ovn/versions.ts';
import { defineManualRemedy } from '../manual.ts';

const known = { ...addressChanges, vmAddressesRestored: changes.vmAddressesRestored } as const;
export type WantedChange = keyof typeof known;

/** The changes that this version does not have, or may not have where it is not known. */
export function missingChanges(version: string | undefined, wanted: readonly WantedChange[]): WantedChange[] {
  return wanted.filter((name) => has(version, known[name]) !== true);
}

export const upgradeForAddresses = defineManualRemedy({
  id: 'kube-ovn/upgrade-for-addresses',
  does: 'Plan an upgrade of kube-ovn to a version that manages addresses better.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['During the incident: first give every pod an address of its own, then plan the upgrade.'],
  input: z.object({ wanted: z.array(z.string()) }),
  async instruct({ platform }, { wanted }) {
    const { version } = installed(platform);
    const rows = Object.entries(known).filter(([name]) => wanted.includes(name));
    return {
      steps: [
        `This is ${sayVersion(version)}`.replace(/,?$/, '.'),
        ...rows.map(([, change]: readonly [string, UpstreamChange]) => {
          const firsts = `${change.firsts.slice(0, -1).join(', ')}${change.firsts.length > 1 ? ' or ' : ''}${change.firsts.at(-1) ?? ''}`;
          return `Upgrade to ${firsts}, or later on the same branch: from there on ${change.what}. You have it already if your vendor back-ported ${change.upstream.join(' and ')}.`;
        }),
      ],
      effect:
        'An upgrade restarts the controllers, the databases and kube-ovn-cni on every node; plan it node by node.',
    };
  },
});
