import { z } from 'zod';
import { CannotRead } from '../../../src/core/errors.ts';
import { podProxy, proxyPath, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { databaseSettings, type Listening, listening, variableOf } from '../../facts/kong/product.ts';
import { isFinished } from '../../facts/kubernetes/pods.ts';
import type { Installation, KongPart } from './installation.ts';

/** Kong's own word about itself. It answers 200 also while its database is gone, and says so in the body. */
export const statusReads: readonly Read[] = [podProxy({ in: { product: 'kong' }, path: '/status' })];

const Status = z.object({ database: z.object({ reachable: z.boolean() }) });

export type NodeStatus = { readonly part: KongPart; readonly pod: string; readonly reachable: boolean };

/**
 * Where a proxy answers `/status` and tells of its database; undefined when its template does not say, keeps it to the
 * pod itself, or has no database, as that of a data plane.
 */
export function statusListener({ container }: KongPart): Listening | undefined {
  if (databaseSettings(container).engine === 'off') return undefined;
  return listening(variableOf(container, 'KONG_STATUS_LISTEN')).find(({ onlyLoopback }) => !onlyLoopback);
}

/**
 * What every running proxy says about its database. Proxies that keep their status to themselves or have
 * no database are left out.
 */
export async function readStatuses(cluster: ClusterReader, { proxies }: Installation): Promise<NodeStatus[]> {
  const asked = proxies.flatMap((part) => {
    const listener = statusListener(part);
    const running = part.pods.filter((pod) => pod.status.phase === 'Running' && !isFinished(pod));
    return listener === undefined ? [] : running.map((pod) => ({ part, pod, listener }));
  });
  return Promise.all(
    asked.map(async ({ part, pod, listener: { port, tls } }) => {
      const { name, namespace = '' } = pod.metadata;
      const path = proxyPath({
        to: 'pods',
        namespace,
        name: `${tls ? 'https:' : ''}${name}:${port}`,
        path: '/status',
      });
      const { status, body } = await cluster.get(path);
      const parsed = Status.safeParse(status === 200 ? parseJson(body) : undefined);
      if (!parsed.success) {
        const because = status === 200 ? 'its answer names no database' : `it answered ${status}`;
        throw new CannotRead(`ask ${namespace}/${name} for its status`, 'unexpected-shape', because);
      }
      return { part, pod: name, reachable: parsed.data.database.reachable };
    }),
  );
}

/** JSON as it stands, or undefined: what a proxied backend answers may be anything. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
