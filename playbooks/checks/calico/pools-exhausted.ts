import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import { type PoolUse, poolsNamedIn, usedIn, useOf } from '../../facts/calico/addresses.ts';
import { whenWholeNetwork } from '../../facts/calico/product.ts';
import { groupOfCalico } from '../../facts/calico/resources.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { IPAMBlock, IPPool } from '../../kinds/calico.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import {
  nodesOf,
  readWaitingSandboxes,
  sandboxEvidence,
  sandboxReads,
  type WaitingSandbox,
} from '../../reads/kubernetes/sandboxes.ts';
import { findAddresses } from '../../remedies/calico/find-addresses.ts';

const code = 'calico/pools-exhausted';

/** Calico has no address left, or no pool that may be used (cni-plugin#920). */
export const poolsExhausted = defineCheck({
  id: code,
  asks: 'Has Calico an address left for every new pod?',
  appliesTo: whenWholeNetwork,
  reads: [...sandboxReads, ...nodeAgentReads, list(IPPool), list(IPAMBlock), list(Node)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Calico has no address left',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [findAddresses],
  settings: z.strictObject({}),
  async look(sight) {
    const { cluster, now } = sight;
    const refused = (await readWaitingSandboxes(sight)).filter(({ error }) => error.kind === 'calico-pools');
    const measured = [{ what: 'Pods that wait for an address of Calico', is: String(refused.length) }];
    if (refused.length === 0) return { findings: [], measured };
    const pools = await cluster.list(IPPool);
    const blocks = await cluster.list(IPAMBlock);
    const nodes = new Set((await cluster.list(Node)).map(({ metadata }) => metadata.name));
    const named = new Set(refused.flatMap(({ error }) => poolsNamedIn(error.text)));
    const uses = pools
      .filter(({ spec }) => (named.size === 0 ? spec.disabled !== true : named.has(spec.cidr)))
      .map((pool) => useOf(pool, blocks, nodes));
    const about =
      uses.length === 1 && uses[0] !== undefined ? referenceTo(uses[0].pool) : (await readNodeAgents(sight)).about;
    return {
      findings: describe(refused, uses, { about, group: groupOfCalico([...pools, ...blocks]), now }),
      measured: [...measured, ...uses.map((use) => ({ what: `IPPool ${use.pool.metadata.name}`, is: sayUse(use) }))],
    };
  },
});

function sayUse({ used, addresses, blocks, allBlocks }: PoolUse): string {
  return `${used} of ${addresses} addresses in use, ${blocks} of ${allBlocks} blocks claimed`;
}

function describe(
  refused: readonly WaitingSandbox[],
  uses: readonly PoolUse[],
  { about, group, now }: { about: ObjectReference; group: string; now: Date },
): Finding<typeof code>[] {
  const [evidence, ...more] = sandboxEvidence(refused, now);
  if (evidence === undefined) return [];
  const pools: Evidence[] = uses.map((use) => ({
    from: `IPPool ${use.pool.metadata.name} and its IPAMBlocks`,
    says: `${use.pool.spec.cidr}: ${sayUse(use)}.${use.pool.spec.disabled === true ? ' The pool is disabled.' : ''}${sayOrphans(use)}`,
  }));
  const orphans = uses.flatMap((use) => use.orphans);
  const gone = [...new Set(orphans.flatMap(({ spec }) => spec.affinity?.replace(/^host:/, '') ?? []))].sort();
  const waits = refused.length === 1 ? '1 pod waits' : `${refused.length} pods wait`;
  return [
    {
      code,
      about,
      nodes: nodesOf(refused),
      says: `Calico gives no address: ${waits} for one on ${listed(nodesOf(refused), 6)}. ${whyOf(refused, uses)}${gone.length === 0 ? '' : ` ${orphans.length} ${orphans.length === 1 ? 'block still belongs' : 'blocks still belong'} to ${listed(gone, 5)}, which ${gone.length === 1 ? 'is no node' : 'are no nodes'} any more.`}`,
      confidence: [0.95, 'The CNI plugin says itself that it got no address.'],
      evidence: [evidence, ...more, ...pools],
      remedies: [findAddresses.with({ pools: uses.map(({ pool }) => pool.metadata.name), gone, group })],
    },
  ];
}

function sayOrphans({ orphans }: PoolUse): string {
  return orphans.length === 0
    ? ''
    : ` ${usedIn(orphans)} of them are in ${orphans.length} ${orphans.length === 1 ? 'block' : 'blocks'} of nodes that are gone.`;
}

function whyOf(refused: readonly WaitingSandbox[], uses: readonly PoolUse[]): string {
  const text = refused.map(({ error }) => error.text).join('\n');
  const missing = refused.flatMap(({ error }) => poolsNamedIn(error.text));
  if (
    (uses.length === 0 && missing.length === 0) ||
    /no configured Calico pools|cannot find a qualified ippool/.test(text)
  )
    return 'No enabled IP pool may be used: each is disabled, or its node or namespace selector does not take these pods.';
  if (/strict affinity/.test(text))
    return 'The blocks of these nodes are full, no free block is left to claim, and strictAffinity forbids to borrow an address from another node.';
  if (uses.length === 0)
    return `Nothing is left in ${listed([...new Set(missing)], 4)}, and no IPPool of that range was found any more.`;
  const totals = uses.map(({ pool, used, addresses }) =>
    used === 0 ? pool.metadata.name : `${pool.metadata.name} (${used} of ${addresses} in use)`,
  );
  return `Nothing is left in ${listed(totals, 4)}.`;
}
