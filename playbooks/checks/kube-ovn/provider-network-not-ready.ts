import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { conditionOf } from '../../facts/kube-ovn/subnet-state.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Vlan } from '../../kinds/kube-ovn-addresses.ts';
import { ProviderNetwork, type ProviderNetworkCondition } from '../../kinds/kube-ovn-underlay.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { correctProviderNetwork, resolveVlanConflict } from '../../remedies/kube-ovn/correct-provider-network.ts';

const code = 'kube-ovn/provider-network-not-ready';

type Bad = { readonly node: string; readonly condition: ProviderNetworkCondition | undefined };

type Seen = {
  readonly subnets: readonly Subnet[];
  readonly vlans: readonly Vlan[];
  readonly nodes: readonly string[];
  readonly settleMilliseconds: number;
  readonly now: Date;
};

/** The physical side of VLAN subnets. */
export const providerNetworkNotReady = defineCheck({
  id: code,
  asks: 'Is every provider network connected on its nodes, and no VLAN in conflict?',
  appliesTo: whenInstalled,
  reads: [list(ProviderNetwork), list(Vlan), list(Node), ...subnetReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Provider network or VLAN not ready',
      leadsTo: ['kube-ovn/subnet-not-ready', 'workload/network-not-ready'],
    },
  },
  remedies: [correctProviderNetwork, resolveVlanConflict],
  settings: z.strictObject({
    /** kube-ovn-cni makes the bridge and moves the interface into it within this time. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  async look(sight) {
    const { cluster, now, target, settings } = sight;
    const { version } = installed(sight.platform);
    const networks = await cluster.list(ProviderNetwork);
    const vlans = await cluster.list(Vlan);
    if (networks.length === 0 && vlans.length === 0) {
      return { findings: [], measured: [{ what: 'Provider networks', is: 'none, so no subnet is on a VLAN' }] };
    }
    const nodes = (await cluster.list(Node)).map(({ metadata }) => metadata.name);
    const subnets = await readSubnets({ cluster, target: {} });
    const settleMilliseconds = settings.settleSeconds * 1000;
    const seen = { subnets, vlans, nodes, settleMilliseconds, now };
    const asked = subnets.find(({ metadata }) => metadata.name === target.subnet)?.spec.vlan;
    const wanted = (vlan: Vlan) => target.subnet === undefined || vlan.metadata.name === asked;
    const providers = new Set(vlans.filter(wanted).map(({ spec }) => spec.provider));
    const looked = networks.filter(({ metadata }) => target.subnet === undefined || providers.has(metadata.name));
    const bad = looked.map((network) => ({ network, nodes: badNodes(network, seen) }));
    const rivals = vlans.filter(wanted).filter(isInConflict);
    const measured = [
      {
        what: 'Provider networks ready on all their nodes',
        is: `${bad.filter((one) => one.nodes.length === 0).length} of ${looked.length}`,
      },
      {
        what: 'VLANs in conflict',
        is: `${rivals.length} of ${vlans.filter(wanted).length}${has(version, changes.vlanConflictsRefused) === false ? `; ${sayVersion(version)}, ${unlessBackported(changes.vlanConflictsRefused)}, does not look for any` : ''}`,
      },
    ];
    return {
      findings: [
        ...bad.flatMap((one) => (one.nodes.length === 0 ? [] : [networkFinding(one.network, one.nodes, seen)])),
        ...rivals.map((vlan) => vlanFinding(vlan, seen)),
      ],
      measured,
    };
  },
});

function isInConflict({ status }: Vlan): boolean {
  return status.conflict;
}

/** Nodes that take part and are not connected. Excluded ones, and ones that have left the cluster, do not count. */
function badNodes(network: ProviderNetwork, { nodes, settleMilliseconds, now }: Seen): Bad[] {
  const { spec, status, metadata } = network;
  if (metadata.deletionTimestamp !== undefined) return [];
  const conditions = (status.conditions ?? []).filter(({ type }) => type === 'Ready');
  const failed = conditions.filter((one) => one.status === 'False').map(({ node }) => node);
  const named = [...new Set([...(status.notReadyNodes ?? []), ...failed])].sort();
  return named
    .filter((node) => nodes.includes(node) && spec.excludeNodes?.includes(node) !== true)
    .map((node) => ({ node, condition: conditions.find((one) => one.node === node) }))
    .filter(({ node, condition }) => condition?.status !== 'True' || status.notReadyNodes?.includes(node) === true)
    .filter(({ condition }) => {
      const since = condition?.lastTransitionTime ?? metadata.creationTimestamp;
      return since === undefined || now.getTime() - since.getTime() > settleMilliseconds;
    });
}

function interfaceOn(node: string, { spec }: ProviderNetwork): string {
  return spec.customInterfaces?.find(({ nodes }) => nodes?.includes(node) === true)?.interface ?? spec.defaultInterface;
}

function subnetsOf(network: ProviderNetwork, { subnets, vlans }: Seen): string[] {
  const own = vlans.filter(({ spec }) => spec.provider === network.metadata.name).map(({ metadata }) => metadata.name);
  return subnets.filter(({ spec }) => own.includes(spec.vlan)).map(({ metadata }) => metadata.name);
}

function networkFinding(network: ProviderNetwork, bad: readonly Bad[], seen: Seen): Finding<typeof code> {
  const { name } = network.metadata;
  const used = subnetsOf(network, seen);
  const nodes = bad.map(({ node }) => node);
  const evidence = bad.slice(0, 5).map((one) => nodeEvidence(network, one, seen.now));
  const [first, ...rest] = evidence;
  const whole: Evidence = {
    from: `ProviderNetwork ${name}, status`,
    says: `It is ${network.status.ready === true ? 'ready' : 'not ready'}. Nodes that are connected: ${network.status.readyNodes?.length ?? 0}; that are not: ${bad.length}.`,
  };
  return {
    code,
    severity: used.length === 0 ? 'warning' : 'critical',
    about: referenceTo(network),
    says: `Provider network ${name} is not connected on ${bad.length} ${bad.length === 1 ? 'node' : 'nodes'}: ${listed(nodes)}. ${used.length === 0 ? 'No subnet uses it yet.' : `Pods of subnet ${listed(used)} get no network there.`} ${sayWhy(bad)}`,
    confidence: bad.some(({ condition }) => condition !== undefined)
      ? [0.95, 'kube-ovn-cni itself says so for each node.']
      : [0.85, 'The status counts these nodes as not ready, but no condition says why.'],
    evidence: first === undefined ? [whole] : [first, ...rest, whole],
    remedies: [
      correctProviderNetwork.with({
        network: name,
        nodes: bad.map(({ node, condition }) => ({
          node,
          interface: interfaceOn(node, network),
          message: condition?.message ?? '',
        })),
      }),
    ],
  };
}

function sayWhy(bad: readonly Bad[]): string {
  const message = bad.find(({ condition }) => (condition?.message ?? '') !== '')?.condition?.message;
  return message === undefined ? 'It gives no reason.' : `It says: ${message}${/[.!]$/.test(message) ? '' : '.'}`;
}

function nodeEvidence(network: ProviderNetwork, { node, condition }: Bad, now: Date): Evidence {
  const { name } = network.metadata;
  if (condition === undefined) {
    return {
      from: `ProviderNetwork ${name}, status.notReadyNodes`,
      says: `It names ${node}, and has no condition for it.`,
    };
  }
  const at = condition.lastTransitionTime;
  const age = at ? ` since ${sayTime(at, now)} (${sayDuration(now.getTime() - at.getTime())})` : '';
  return {
    from: `ProviderNetwork ${name}, status.conditions[${node}]`,
    says: `It is ${condition.status}${age}, reason ${condition.reason || 'none'}${condition.message === '' ? '' : `: ${condition.message}`}; the interface is ${interfaceOn(node, network)}.`,
  };
}

/** The controller marks the later one of two VLANs with one id, and refuses its subnets. */
function vlanFinding(vlan: Vlan, seen: Seen): Finding<typeof code> {
  const { vlans, subnets } = seen;
  const { name } = vlan.metadata;
  const { id, provider } = vlan.spec;
  const rivals = vlans.filter((other) => other !== vlan && other.spec.id === id && other.spec.provider === provider);
  const used = subnets.filter(({ spec }) => spec.vlan === name);
  const refused = used.filter((subnet) => conditionOf(subnet, 'Ready').reason === 'ValidateSubnetVlanFailed');
  const names = used.map(({ metadata }) => metadata.name);
  const other = rivals.map(({ metadata }) => metadata.name);
  const number = id === undefined || id === null ? 'unknown' : String(id);
  return {
    code,
    severity: used.length === 0 ? 'warning' : 'critical',
    about: referenceTo(vlan),
    says: `VLAN ${name} (id ${number}) is in conflict ${other.length === 0 ? 'with something on the nodes' : `with ${listed(other)}`} in provider network ${provider}. ${used.length === 0 ? 'No subnet uses it yet.' : `Subnet ${listed(names)} ${used.length === 1 ? 'does' : 'do'} not become ready.`}`,
    confidence: [0.95, 'The controller itself marks the VLAN as in conflict.'],
    evidence: [
      {
        from: `Vlan ${name}, status.conflict`,
        says: `It is true; its id is ${number}, its provider network ${provider}.`,
      },
      ...rivals.map(({ metadata }) => ({
        from: `Vlan ${metadata.name}, spec.id`,
        says: `It has the id ${number} as well.`,
      })),
      ...refused.map((subnet) => ({
        from: `Subnet ${subnet.metadata.name}, status.conditions[Ready]`,
        says: `It is ${conditionOf(subnet, 'Ready').status}, reason ValidateSubnetVlanFailed: ${conditionOf(subnet, 'Ready').message || 'no message'}.`,
      })),
    ],
    remedies: [resolveVlanConflict.with({ vlan: name, id: number, rivals: other, subnets: names })],
  };
}
