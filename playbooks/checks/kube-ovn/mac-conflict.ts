import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { type Port, runningOn } from '../../facts/kube-ovn/address-claims.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type AddressBook, addressReads, isAsked, readAddressBook } from '../../reads/kube-ovn/addresses.ts';
import { changeMacAddress } from '../../remedies/kube-ovn/change-mac-address.ts';

const code = 'kube-ovn/mac-conflict';

type Owner = { readonly port: Port; readonly pod: Pod };
type Twin = { readonly mac: string; readonly subnet: string; readonly owners: Owner[] };

/** Comes of a static MAC address, or of a cloned virtual machine (kube-ovn#4095, #5623). */
export const macConflict = defineCheck({
  id: code,
  asks: 'Has every MAC address one owner at most in its subnet?',
  appliesTo: whenInstalled,
  reads: addressReads,
  findings: { [code]: { severity: 'critical', title: 'MAC address with two owners' } },
  remedies: [changeMacAddress],
  settings: z.strictObject({ settleSeconds: z.number().int().min(0).default(15) }),
  async look(sight) {
    const { now, settings, target } = sight;
    const book = await readAddressBook(sight);
    const twins = twinsIn(book).filter(({ owners, subnet }) =>
      isAsked(target, {
        addresses: owners.flatMap(({ port }) => [...port.claims.keys()]),
        subnets: [subnet],
        pods: owners.map(({ pod }) => pod),
      }),
    );
    const bySubnet = Map.groupBy(twins, ({ subnet }) => subnet);
    return {
      findings: [...bySubnet.values()].flatMap((all) => describe(all, book, now, settings.settleSeconds)),
      measured: [{ what: 'MAC addresses with two running owners', is: `${twins.length}, of ${book.ports.size} ports` }],
    };
  },
});

/** A port that several pods share counts once: both ends of a live migration have its MAC address. */
function twinsIn(book: AddressBook): Twin[] {
  const twins = new Map<string, Twin>();
  for (const port of book.ports.values()) {
    const [pod] = runningOn(port);
    if (pod === undefined) continue;
    for (const mac of port.macs) {
      const key = `${port.subnet} ${mac}`;
      const known = twins.get(key);
      if (known === undefined) twins.set(key, { mac, subnet: port.subnet, owners: [{ port, pod }] });
      else known.owners.push({ port, pod });
    }
  }
  return [...twins.values()].filter(({ owners }) => new Set(owners.map(({ pod }) => pod.metadata.uid)).size > 1);
}

function describe(twins: readonly Twin[], book: AddressBook, now: Date, settleSeconds: number): Finding<typeof code>[] {
  const [first] = twins;
  const [one, ...others] = first?.owners ?? [];
  if (first === undefined || one === undefined) return [];
  const subnet = book.subnets.get(first.subnet);
  const births = twins.flatMap(({ owners }) => owners.flatMap(({ pod }) => pod.metadata.creationTimestamp ?? []));
  const age = births.length === 0 ? Infinity : now.getTime() - Math.max(...births.map((born) => born.getTime()));
  const isYoung = age < settleSeconds * 1000;
  const told = twins
    .slice(0, 5)
    .map(
      ({ mac, owners }) =>
        `${mac} belongs to ${listed(owners.map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`))}`,
    );
  const evidence = ({ port, pod }: Owner) => ({
    from: nameOf(referenceTo(pod)),
    says: `Its port ${port.name} in subnet ${port.subnet} has the MAC address ${first.mac} and the address ${listed([...port.claims.keys()])}.`,
  });
  return [
    {
      code,
      ...(isYoung ? { severity: 'info' as const } : {}),
      about:
        subnet === undefined
          ? { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: first.subnet }
          : referenceTo(subnet),
      concerns: {
        ...concernsOfPods(twins.flatMap(({ owners }) => owners.map(({ pod }) => pod))),
        Subnet: [first.subnet],
      },
      says: `${twins.length === 1 ? 'A MAC address' : `${twins.length} MAC addresses`} in subnet ${first.subnet} ${twins.length === 1 ? 'has' : 'have'} two running owners${Number.isFinite(age) ? ` for ${sayDuration(age)} at least` : ''}: ${told.join('; ')}. Frames reach now one and now the other. Mostly somebody wrote the MAC address into both templates, or cloned a virtual machine with it (#4095, #5623).`,
      confidence: isYoung
        ? [0.5, 'The younger pod is a few seconds old: one of the two may just be on its way out.']
        : [0.95, 'The annotations or IP objects of both running pods name it; OVN itself was not asked.'],
      evidence: [evidence(one), ...others.map(evidence)],
      remedies: [
        changeMacAddress.with({
          mac: first.mac,
          owners: first.owners.map(({ pod }) => ({
            workload: nameOf(workloadOf(pod)),
            namespace: pod.metadata.namespace ?? '',
            pod: pod.metadata.name,
          })),
        }),
      ],
    },
  ];
}
