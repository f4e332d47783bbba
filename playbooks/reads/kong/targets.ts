import { z } from 'zod';
import { CannotRead } from '../../../src/core/errors.ts';
import { proxyPath, type Read, serviceProxy } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { type AdminApi, addressOfTarget } from '../../facts/kong/admin-api.ts';
import { parseJson } from './status.ts';

/**
 * The Admin API also knows keys and credentials of consumers, and answers every GET. Only what stands below
 * `/upstreams/` may be read: addresses and weights.
 */
export const targetReads: readonly Read[] = [serviceProxy({ in: { product: 'kong' }, path: '/upstreams/' })];

const Page = z.object({
  data: z.array(z.object({ target: z.string(), weight: z.number().default(100) })),
  next: z.string().nullish(),
  offset: z.string().nullish(),
});

/** More than any upstream has; a circle of pages ends here. */
const mostPages = 50;

/** The addresses that Kong would send requests of an upstream to. A target of weight 0 is on its way out. */
export async function readTargets(
  cluster: ClusterReader,
  { namespace, admin }: { readonly namespace: string; readonly admin: AdminApi },
  upstream: string,
): Promise<string[]> {
  // The name of a port comes from an Ingress; nothing else may become part of a path.
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(upstream)) {
    throw new CannotRead(`ask Kong for the targets of ${upstream}`, 'invalid', 'that is no name of an upstream');
  }
  const addresses = new Set<string>();
  let offset: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query: string = offset === undefined ? '' : `?offset=${encodeURIComponent(offset)}`;
    const base = proxyPath({
      to: 'services',
      namespace,
      name: admin.proxyName,
      path: `/upstreams/${upstream}/targets`,
    });
    const { status, body } = await cluster.get(`${base}${query}`);
    const parsed = Page.safeParse(status === 200 ? parseJson(body) : undefined);
    if (!parsed.success) {
      const because =
        status === 200
          ? 'its answer is no list of targets'
          : `the Admin API answered ${status}, as it does without its database`;
      throw new CannotRead(
        `ask Kong for the targets of ${upstream}`,
        status === 200 ? 'unexpected-shape' : 'server-error',
        because,
      );
    }
    for (const { target, weight } of parsed.data.data) if (weight > 0) addresses.add(addressOfTarget(target));
    offset = parsed.data.offset ?? undefined;
    if (offset === undefined) return [...addresses].sort();
  }
  throw new CannotRead(
    `ask Kong for the targets of ${upstream}`,
    'too-large',
    `there are more than ${mostPages} pages of them`,
  );
}
