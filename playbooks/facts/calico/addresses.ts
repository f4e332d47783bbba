import type { IPAMBlock, IPPool } from '../../kinds/calico.ts';
import { cidrContains, familyOf } from '../network/cidr.ts';

const defaultBlockSizes = { 4: 26, 6: 122 } as const;
const bits = { 4: 32, 6: 128 } as const;

/** What Calico allows a node when nobody set `maxBlocksPerHost` (libcalico-go, lib/ipam/ipam.go). */
export const defaultBlocksPerNode = 20;

/** The address before the slash of `10.244.1.0/26`. */
function networkOf(block: string): string {
  return block.split('/')[0] ?? '';
}

/** How many addresses a block such as `10.244.1.0/26` has. Zero for anything else. */
export function sizeOf(block: string): number {
  const family = familyOf(networkOf(block));
  const length = Number(block.split('/')[1]);
  if (family === undefined || !Number.isInteger(length) || length < 0 || length > bits[family]) return 0;
  return 2 ** (bits[family] - length);
}

/** The node that a block belongs to; undefined for one that belongs to none, or to something else than a node. */
export function ownerOfBlock({ spec }: IPAMBlock): string | undefined {
  return /^host:(.+)$/.exec(spec.affinity ?? '')?.[1];
}

export function usedIn(blocks: readonly IPAMBlock[]): number {
  return blocks.reduce((sum, { spec }) => sum + sizeOf(spec.cidr) - (spec.unallocated ?? []).length, 0);
}

export type PoolUse = {
  readonly pool: IPPool;
  readonly addresses: number;
  readonly used: number;
  /** Blocks that are claimed, and that there can be. */
  readonly blocks: number;
  readonly allBlocks: number;
  /** Blocks that still belong to a node which is not in the cluster any more. */
  readonly orphans: readonly IPAMBlock[];
};

/** How full a pool is. What a pool without any block has used is nothing. */
export function useOf(pool: IPPool, blocks: readonly IPAMBlock[], nodes: ReadonlySet<string>): PoolUse {
  const own = blocks.filter(({ spec }) => cidrContains(pool.spec.cidr, networkOf(spec.cidr)));
  const family = familyOf(networkOf(pool.spec.cidr)) ?? 4;
  const blockSize = pool.spec.blockSize ?? defaultBlockSizes[family];
  const addresses = sizeOf(pool.spec.cidr);
  return {
    pool,
    addresses,
    used: usedIn(own),
    blocks: own.length,
    allBlocks: Math.max(1, addresses / 2 ** (bits[family] - blockSize)),
    orphans: own.filter((block) => {
      const owner = ownerOfBlock(block);
      return owner !== undefined && !nodes.has(owner);
    }),
  };
}

/** The pools that a refusal names: `No IPs available in pools: [10.244.0.0/16 10.245.0.0/16]`. */
export function poolsNamedIn(text: string): string[] {
  const list = /No IPs available in pools: \[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return list.split(/[\s,]+/).filter((cidr) => sizeOf(cidr) > 0);
}
