import { z } from 'zod';
import { collectsAtStart } from '../../facts/kube-ovn/address-versions.ts';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** This is for people: there is no dry run of it, and a wrong name cuts a running pod off. */
export const deletePortByHand = defineManualRemedy({
  id: 'kube-ovn/delete-port-by-hand',
  does: 'Delete the logical port without an owner from the OVN northbound database by hand.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'For a port of a node, a router, a physical network or a virtual address.',
    'Before it was seen without an owner twice, 6 minutes apart.',
    'When the IP object is still there and the version frees the port with it: then delete that instead.',
  ],
  input: z.object({ ports: z.array(z.string()) }),
  async instruct({ platform }, { ports }) {
    const { version } = installed(platform);
    const atStart = collectsAtStart(version);
    return {
      steps: [
        ...ports.flatMap((port) => [
          `Save the row first, to be able to make it again: kubectl ko nbctl --format=json find Logical_Switch_Port name=${word(port)}`,
          `See in it that external_ids has vendor=kube-ovn and that type is empty, then delete it: kubectl ko nbctl --if-exists lsp-del ${word(port)}`,
        ]),
        'The controller may still hold the address in its memory until its leader changes, up to v1.12.',
        atStart === true
          ? `Or hand over the leader instead: ${sayVersion(version)} collects such ports when it starts.`
          : 'A new leader does not collect such ports at its start in this version, so a hand-over is no substitute.',
      ],
      effect: 'The address is free in OVN at once. The pod that waits gets it with its next try.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
