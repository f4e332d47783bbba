import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { get, list } from '../../../src/core/read.ts';
import { defaultBlocksPerNode, ownerOfBlock, sizeOf, usedIn } from '../../facts/calico/addresses.ts';
import { whenWholeNetwork } from '../../facts/calico/product.ts';
import { groupOfCalico } from '../../facts/calico/resources.ts';
import { onPodNetwork } from '../../facts/kubernetes/new-pods.ts';
import { IPAMBlock, IPAMConfig, IPAMConfiguration } from '../../kinds/calico.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import {
  nodesOf,
  readWaitingSandboxes,
  sandboxEvidence,
  sandboxReads,
  type WaitingSandbox,
} from '../../reads/kubernetes/sandboxes.ts';
import { makeRoomOnNode } from '../../remedies/calico/make-room-on-node.ts';

const code = 'calico/block-limit';
const settingsObject = { in: 'everywhere', names: ['default'] } as const;

/** The limit keeps one node from claiming the whole pool, block by block (calico#4861). */
export const blockLimit = defineCheck({
  id: code,
  asks: 'May every node still claim a block of addresses from Calico?',
  appliesTo: whenWholeNetwork,
  reads: [...sandboxReads, list(IPAMBlock), get(IPAMConfig, settingsObject), get(IPAMConfiguration, settingsObject)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Node has claimed all the address blocks it may',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [makeRoomOnNode],
  settings: z.strictObject({
    /** More addresses in use than pods, by this share, are addresses that leaked. */
    leakShare: z.number().min(0).default(0.2),
  }),
  async look(sight) {
    const refused = (await readWaitingSandboxes(sight)).filter(({ error }) => error.kind === 'calico-block-limit');
    const measured = [{ what: 'Pods that wait because their node may claim no block', is: String(refused.length) }];
    if (refused.length === 0) return { findings: [], measured };
    const limit = await readLimit(sight);
    const blocks = await sight.cluster.list(IPAMBlock);
    const group = groupOfCalico(limit.config === undefined ? blocks : [limit.config]);
    const waiting = Map.groupBy(refused, ({ pod }) => pod.spec.nodeName);
    const owned = Map.groupBy(blocks, ownerOfBlock);
    // Few nodes wait, and a cluster has very many pods: they are gone through once.
    const placed = Map.groupBy(
      onPodNetwork(
        (await sight.cluster.list(Pod)).filter(({ spec, status }) => waiting.has(spec.nodeName) && status.podIP !== ''),
      ),
      ({ spec }) => spec.nodeName,
    );
    const findings = nodesOf(refused).flatMap((node) =>
      describe({
        node,
        refused: waiting.get(node) ?? [],
        own: owned.get(node) ?? [],
        pods: placed.get(node)?.length ?? 0,
        limit,
        group,
        leakShare: sight.settings.leakShare,
        now: sight.now,
      }),
    );
    return { findings, measured };
  },
});

type Limit = { readonly blocks: number; readonly isSet: boolean; readonly config: IPAMConfig | undefined };

async function readLimit({ cluster }: Pick<Sight, 'cluster'>): Promise<Limit> {
  const config =
    (await cluster.find(IPAMConfig, { name: 'default' })) ??
    (await cluster.find(IPAMConfiguration, { name: 'default' }));
  const set = config?.spec.maxBlocksPerHost ?? 0;
  return set > 0 ? { blocks: set, isSet: true, config } : { blocks: defaultBlocksPerNode, isSet: false, config };
}

type Seen = {
  readonly node: string;
  readonly refused: readonly WaitingSandbox[];
  readonly own: readonly IPAMBlock[];
  readonly pods: number;
  readonly limit: Limit;
  readonly group: string;
  readonly leakShare: number;
  readonly now: Date;
};

function describe({ node, refused, own, pods, limit, group, leakShare, now }: Seen): Finding<typeof code>[] {
  const [evidence, ...more] = sandboxEvidence(refused, now);
  if (evidence === undefined) return [];
  const used = usedIn(own);
  const all = own.reduce((sum, { spec }) => sum + sizeOf(spec.cidr), 0);
  // One address of each node is that of its tunnel device.
  const leaked = Math.max(0, used - pods - 1);
  const isLeak = leaked > pods * leakShare;
  const blocks: Evidence = {
    from: `IPAMBlocks of host:${node}`,
    says:
      own.length === 0
        ? 'None was found that belongs to the node.'
        : `${own.length} ${own.length === 1 ? 'block' : 'blocks'} with ${all} addresses ${own.length === 1 ? 'belongs' : 'belong'} to the node; ${used} of them are given away, and ${pods} ${pods === 1 ? 'pod' : 'pods'} of the node ${pods === 1 ? 'has' : 'have'} an address.`,
  };
  const why = isLeak
    ? ` ${leaked} of its ${used} addresses that are given away belong to no pod of the node any more: they leaked.`
    : own.length === 0
      ? ''
      : ` Its ${pods} ${pods === 1 ? 'pod really uses' : 'pods really use'} them.`;
  const has =
    own.length === 0
      ? `Node ${node} may claim no other block of addresses from Calico. It may have ${limit.blocks}`
      : `Node ${node} has ${own.length} ${own.length === 1 ? 'block' : 'blocks'} of addresses from Calico and may have ${limit.blocks}`;
  return [
    {
      code,
      about: { apiVersion: 'v1', kind: 'Node', name: node },
      nodes: [node],
      says: `${has}${limit.isSet ? '' : ', which is the default'}: ${refused.length} ${refused.length === 1 ? 'pod waits' : 'pods wait'} there for an address.${why}`,
      confidence: [0.95, 'The CNI plugin names the limit itself.'],
      evidence: [evidence, ...more, blocks],
      remedies: [makeRoomOnNode.with({ node, limit: limit.blocks, isLeak, group })],
    },
  ];
}
