import { z } from 'zod';
import { addressChanges } from '../../facts/kube-ovn/address-versions.ts';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { changes, has } from '../../facts/kube-ovn/versions.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** What keeps a stopped machine's address its own, until the version does. */
export const secureMachineAddresses = defineManualRemedy({
  id: 'kube-ovn/secure-machine-addresses',
  does: 'Keep the addresses of stopped virtual machines from being given away once more.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By patching spec.podType of the IP objects to VirtualMachine: versions without #1974 restore only StatefulSets.',
    'By restarting the controllers while machines are stopped, on versions without #1974: that makes the gap anew.',
  ],
  input: z.object({ machines: z.array(z.string()), subnet: z.string(), address: z.string() }),
  async instruct({ platform }, { machines, subnet, address }) {
    const { version } = installed(platform);
    const restored = has(version, changes.vmAddressesRestored);
    const further = has(version, addressChanges.machineNetworksKept);
    return {
      steps: [
        `Start the stopped machines before the next restart of the controllers, so that their addresses are restored from running pods: ${listed(machines, 20)}`,
        `Or keep ${address} out of the pool meanwhile, when no version fault of excludeIps stands against it: kubectl edit subnets.kubeovn.io ${word(subnet)}, and add it to spec.excludeIps.`,
        ...(restored === true
          ? []
          : [
              `Upgrade to ${changes.vmAddressesRestored.firsts.join(', ')} or later on the same branch: ${sayVersion(version)} does not restore addresses of stopped machines (#1974).`,
            ]),
        ...(further === true
          ? []
          : [
              'For machines with several networks upgrade to v1.14.5 or later, which keeps the addresses of the further ones too (#5557).',
            ]),
      ],
      effect: 'Machines that are started get the address that they had, as long as nobody else has it.',
    };
  },
});
