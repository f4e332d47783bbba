import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { type Flanneld, type Masquerade, masqueradeOf } from '../../facts/flannel/masquerade.ts';
import { flannelContainer, whenInstalled } from '../../facts/flannel/product.ts';
import { internalAddresses } from '../../facts/kubernetes/nodes.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { cidrContains } from '../../facts/network/cidr.ts';
import { DaemonSet } from '../../kinds/workloads.ts';
import { flannelReads, mismatchesOf, readFlannelNetwork } from '../../reads/flannel/network.ts';
import { saySufferers, seekSufferers, suffererReads } from '../../reads/flannel/sufferers.ts';
import { victimEvidence } from '../../reads/kubernetes/victims.ts';
import { turnMasqueradeOn } from '../../remedies/canal/turn-masquerade-on.ts';

const code = 'canal/masquerade-off';

/** Looked at only where all blocks fit, since otherwise masquerading is not what matters. */
export const masqueradeOff = defineCheck({
  id: code,
  asks: 'Does flannel masquerade what pods send to addresses outside the pod network?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, list(DaemonSet), ...suffererReads],
  findings: {
    [code]: { severity: 'warning', title: 'Flannel does not masquerade', leadsTo: ['workload/apiserver-unreachable'] },
  },
  remedies: [turnMasqueradeOn],
  settings: z.strictObject({}),
  async look(sight) {
    const network = await readFlannelNetwork(sight);
    const { config, nodes, networks, installed } = network;
    if (config === undefined) return { findings: [], measured: [{ what: 'Masquerading', is: 'on, as always in K3s' }] };
    const daemonSets = (await sight.cluster.list(DaemonSet))
      .filter(({ metadata }) => metadata.namespace === installed.namespace)
      .flatMap((daemonSet) => flannelds(referenceTo(daemonSet), daemonSet.spec.template.spec));
    // Where their DaemonSet is gone, pods still tell what they were started with.
    const all =
      daemonSets.length > 0 ? daemonSets : network.pods.flatMap((pod) => flannelds(workloadOf(pod), pod.spec));
    const seen = all.map(({ about, flanneld }) => ({ about, masquerade: masqueradeOf(flanneld, config.object) }));
    const hidden = seen.find(({ masquerade }) => masquerade.isOn === undefined);
    if (hidden !== undefined) {
      throw new CannotRead(
        `tell whether ${nameOf(hidden.about)} masquerades`,
        'missing',
        `${hidden.masquerade.from} decides, and is not read`,
      );
    }
    const off = seen.find(({ masquerade }) => masquerade.isOn === false);
    const measured = [
      {
        what: 'Masquerading',
        is:
          off === undefined
            ? `on, by ${seen[0]?.masquerade.from ?? 'nothing that was found'}`
            : `off, by ${off.masquerade.from}`,
      },
    ];
    const isAligned =
      mismatchesOf(nodes, networks).length === 0 &&
      !nodes.flatMap(internalAddresses).some((address) => networks.some(({ block }) => cidrContains(block, address)));
    const doubtful = off ?? seen.find(({ masquerade }) => masquerade.overruled !== undefined);
    if (doubtful === undefined || !isAligned) return { findings: [], measured };
    const sufferers = await seekSufferers(sight, nodes);
    const { remote } = sufferers;
    // Two settings that contradict each other matter only where somebody suffers from what one of them means.
    if (off === undefined && remote.length === 0) return { findings: [], measured };
    const { about, masquerade } = doubtful;
    const { name, namespace = '' } = about;
    return {
      findings: [
        {
          code,
          severity: remote.length > 0 ? 'critical' : 'warning',
          about,
          says: `${whatIsSet(masquerade)} What pods send to addresses outside the pod network, such as other nodes and the API server, ${off === undefined ? 'then keeps' : 'keeps'} the address of the pod, and gets an answer only where the network around the cluster routes pod addresses. ${off === undefined ? '' : 'This may be meant so. '}${remote.length > 0 ? `${off === undefined ? 'And' : 'But'} ${saySufferers(sufferers)} from the API server.` : 'No system pod was seen to suffer.'}`,
          confidence:
            off === undefined
              ? [
                  0.6,
                  'All blocks fit, and pods on other nodes than the API server’s get no answer; but flannel itself lets the argument decide, so what it does is not certain.',
                ]
              : remote.length > 0
                ? [
                    0.85,
                    'Masquerading is off, all blocks fit, and pods on other nodes than the API server’s get no answer.',
                  ]
                : [0.85, 'That it is off is certain; whether that is meant so is not.'],
          evidence: [
            {
              from: nameOf(about),
              says:
                masquerade.overruled === undefined
                  ? `Masquerading is off, by ${masquerade.from}.`
                  : `${masquerade.overruled} says no, ${masquerade.from} says yes.`,
            },
            ...remote.slice(0, 3).map(victimEvidence),
          ],
          remedies: [
            turnMasqueradeOn.with({
              namespace,
              configMap: config.object.metadata.name,
              daemonSet: name,
              isCanal: installed.product === 'canal',
            }),
          ],
        },
      ],
      measured,
    };
  },
});

function whatIsSet({ from, overruled }: Masquerade): string {
  return overruled === undefined
    ? `flannel does not masquerade: ${from} turns it off.`
    : `Whether flannel masquerades is set twice, and not alike: ${overruled} says no, and ${from} says yes, which flannel takes unless a vendor changed that.`;
}

type Named = Flanneld & { readonly name: string };

function flannelds(about: ObjectReference, { containers }: { readonly containers: readonly Named[] }) {
  return containers.filter(({ name }) => name === flannelContainer).map((flanneld) => ({ about, flanneld }));
}
