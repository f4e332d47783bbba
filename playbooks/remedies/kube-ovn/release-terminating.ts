import { z } from 'zod';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

const mostNamed = 10;

const Named = z.object({ name: z.string(), address: z.string() });

/** A finalizer that is taken off by hand skips the work it stands for: a person has to see that nothing is left to do. */
export const releaseTerminating = defineManualRemedy({
  id: 'kube-ovn/release-terminating',
  does: 'Remove what still holds up the deletion, and only then, where the version has that fault, its finalizer.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'For an IP whose pod, virtual machine or node still lives: its address would be given to another.',
    'For an IP that carries the label ovn.kubernetes.io/ip_reserved="true": somebody reserved it on purpose.',
    'By taking the finalizer off a Subnet: its logical switch would stay behind in OVN.',
  ],
  input: z.object({
    subnet: z.string(),
    subnetExists: z.boolean(),
    /** Pods and machines, as namespace/name, that still use the subnet. */
    usedBy: z.array(z.string()),
    /** IPs of the subnet whose owner is gone. */
    ownerless: z.array(Named),
    /** IPs that are being deleted and whose subnet is gone. */
    stuck: z.array(Named),
  }),
  async instruct({ platform }, { subnet, subnetExists, usedBy, ownerless, stuck }) {
    const { version } = installed(platform);
    const backup = ({ name }: { name: string }) =>
      `Save it first: kubectl get ips.kubeovn.io ${word(name)} -o yaml > ${word(name)}.yaml`;
    return {
      steps: [
        ...(usedBy.length === 0
          ? []
          : [
              `${usedBy.length} ${usedBy.length === 1 ? 'owner still uses' : 'owners still use'} ${subnet}: ${listed(usedBy, 5)}. Move or delete ${usedBy.length === 1 ? 'it' : 'them'}, and the deletion goes on by itself.`,
            ]),
        ...ownerless
          .slice(0, mostNamed)
          .flatMap((ip) => [
            backup(ip),
            `Nobody owns ${ip.address} any more: kubectl delete ips.kubeovn.io ${word(ip.name)}`,
          ]),
        ...(ownerless.length > mostNamed
          ? [`${ownerless.length - mostNamed} more have no owner: take them in rounds of ${mostNamed}.`]
          : []),
        ...(subnetExists && usedBy.length === 0
          ? [
              'If the subnet is still there 2 minutes later, its counters are wrong in the memory of the controller: hand over its leader, and look again (#6092).',
            ]
          : []),
        ...(stuck.length === 0 ? [] : whyStuck(version)),
        ...(has(version, changes.finalizersDroppedWithSubnet) === true ? [] : stuck.slice(0, mostNamed)).flatMap(
          (ip) => [
            backup(ip),
            `See that no port of that name is left: kubectl ko nbctl --format=csv --columns=name find Logical_Switch_Port name=${word(ip.name)}`,
            `Then, with a second pair of eyes, as nothing brings it back: kubectl patch ips.kubeovn.io ${word(ip.name)} --type=merge -p '{"metadata":{"finalizers":null}}'`,
          ],
        ),
      ],
      effect: `What is left of ${subnet} goes away. Other subnets are not touched.`,
    };
  },
});

function whyStuck(version: string | undefined): string[] {
  const unless = unlessBackported(changes.finalizersDroppedWithSubnet);
  switch (has(version, changes.finalizersDroppedWithSubnet)) {
    case true:
      return [
        `In ${sayVersion(version)} the controller drops these finalizers by itself: see in its log why it does not.`,
        'If the log does not tell, hand over the leader of the controllers, and look again 2 minutes later.',
      ];
    case false:
      return [`In ${sayVersion(version)}, ${unless}, an IP keeps its finalizer for ever once its subnet is gone.`];
    case undefined:
      return [
        `The version is not known. Before ${listed(changes.finalizersDroppedWithSubnet.firsts)}, ${unless}, an IP keeps its finalizer for ever once its subnet is gone; later ones drop it by themselves.`,
      ];
  }
}
