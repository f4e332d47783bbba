import type { Container } from '../../kinds/kubernetes.ts';
import type { Service } from '../../kinds/networking.ts';
import type { RoutedBackend } from '../ingress/backends.ts';
import { type Listening, listening, variableOf } from './product.ts';

/** The name under which the API server passes requests on: `https:kong-admin:8444`. */
export type AdminApi = { readonly service: string; readonly proxyName: string };

const usualPorts = [8444, 8001];

function targetOf({
  name,
  port,
  targetPort,
}: {
  name: string;
  port: number;
  targetPort?: number | string | null | undefined;
}) {
  return { name, port, target: targetPort ?? port };
}

/**
 * The Service in front of Kong's Admin API, by the ports that Kong listens on. Undefined when it listens on the
 * loopback alone, which is how the charts set a controller up that runs beside its proxy.
 */
export function adminApiOf(proxy: Container, services: readonly Service[]): AdminApi | undefined {
  const given = variableOf(proxy, 'KONG_ADMIN_LISTEN');
  const open: Listening[] = listening(given).filter(({ onlyLoopback }) => !onlyLoopback);
  if (given !== undefined && open.length === 0) return undefined;
  const numbers = open.length > 0 ? open.map(({ port }) => port) : usualPorts;
  const named = proxy.ports.filter(({ containerPort }) => numbers.includes(containerPort));
  for (const { metadata, spec } of services) {
    for (const { name, port, target } of (spec.ports ?? []).map(targetOf)) {
      const number =
        typeof target === 'number' ? target : (named.find((one) => one.name === target)?.containerPort ?? port);
      if (!numbers.includes(number)) continue;
      const isTls = open.find((one) => one.port === number)?.tls ?? (number === 8444 || name.endsWith('tls'));
      return { service: metadata.name, proxyName: `${isTls ? 'https:' : ''}${metadata.name}:${port}` };
    }
  }
  return undefined;
}

/** Kong's name for what stands behind a backend, the same since 0.x: `cart.shop.80.svc`. */
export function upstreamName(namespace: string, { service, port }: Pick<RoutedBackend, 'service' | 'port'>): string {
  return `${service}.${namespace}.${port ?? 80}.svc`;
}

/** The address of a target: `10.244.3.17` of `10.244.3.17:8080`, and `fd00::11` of `[fd00::11]:8080`. */
export function addressOfTarget(target: string): string {
  return /^\[([^\]]+)\]/.exec(target)?.[1] ?? target.replace(/:\d+$/, '');
}
