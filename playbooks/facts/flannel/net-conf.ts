import { z } from 'zod';
import { blockFamily } from '../network/cidr.ts';

/** The parts of `net-conf.json` that decide which addresses flannel masquerades and forwards. */
const NetConf = z.object({
  Network: z.string().default(''),
  IPv6Network: z.string().default(''),
  EnableIPv4: z.boolean().default(true),
  EnableIPv6: z.boolean().default(false),
  Backend: z.object({ Type: z.string().default('udp') }).prefault({}),
});

export const netConfKey = 'net-conf.json';

export type NetConf = {
  readonly text: string;
  /** One block for each family that flannel carries. */
  readonly networks: readonly { readonly family: 4 | 6; readonly block: string }[];
  readonly backend: string;
};

/** Undefined when the text is no JSON of that form. */
export function parseNetConf(text: string): NetConf | undefined {
  const parsed = NetConf.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { Network, IPv6Network, EnableIPv4, EnableIPv6, Backend } = parsed.data;
  const networks = [
    ...(EnableIPv4 && Network !== '' ? [{ family: 4 as const, block: Network }] : []),
    ...(EnableIPv6 && IPv6Network !== '' ? [{ family: 6 as const, block: IPv6Network }] : []),
  ];
  return { text, networks, backend: Backend.Type };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The same text with other networks and nothing else changed, spaces and order included. Undefined when that cannot
 * be done for sure: then nobody should write it.
 */
export function withNetworks(text: string, networks: NetConf['networks']): string | undefined {
  let written = text;
  if (networks.some(({ family, block }) => blockFamily(block) !== family)) return undefined;
  for (const { family, block } of networks) {
    const key = family === 4 ? 'Network' : 'IPv6Network';
    const field = new RegExp(String.raw`("${key}"\s*:\s*")[^"\\]*(")`, 'g');
    if ((written.match(field) ?? []).length !== 1) return undefined;
    written = written.replace(field, (_whole, before: string, after: string) => `${before}${block}${after}`);
  }
  const changed = Object.fromEntries(
    networks.map(({ family, block }) => [family === 4 ? 'Network' : 'IPv6Network', block]),
  );
  const before = jsonOf(text);
  if (before === null || typeof before !== 'object') return undefined;
  const isExact = JSON.stringify(jsonOf(written)) === JSON.stringify({ ...before, ...changed });
  return isExact ? written : undefined;
}
