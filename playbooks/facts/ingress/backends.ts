import type { Ingress, IngressBackend } from '../../kinds/networking.ts';

/** One path of an Ingress and the Service behind it. */
export type RoutedBackend = {
  /** `*` for a rule without a host, and for the default backend. */
  readonly host: string;
  readonly path: string;
  readonly service: string;
  /** A number or a name of a port, as the Ingress gives it. */
  readonly port: number | string | undefined;
};

function serviceOf(backend: IngressBackend | null | undefined): Pick<RoutedBackend, 'service' | 'port'> | undefined {
  const { service, serviceName, servicePort } = backend ?? {};
  if (service) {
    return { service: service.name, port: service.port?.number ?? service.port?.name ?? undefined };
  }
  if (!serviceName) return undefined;
  // v1beta1 lets a number be written as text.
  const isNumber = typeof servicePort === 'string' && /^\d+$/.test(servicePort);
  return { service: serviceName, port: isNumber ? Number(servicePort) : (servicePort ?? undefined) };
}

/** Every path that leads to a Service, in v1 and in v1beta1. A backend that names another resource is left out. */
export function backendsOf({ spec }: Ingress): RoutedBackend[] {
  const fallback = serviceOf(spec.defaultBackend ?? spec.backend);
  const routed = (spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path, backend }) => {
      const target = serviceOf(backend);
      return target === undefined ? [] : [{ host: host === '' ? '*' : host, path, ...target }];
    }),
  );
  return fallback === undefined ? routed : [...routed, { host: '*', path: '/', ...fallback }];
}

/** Whether requests for a host reach a rule: the same name, or a wildcard that stands for its first label. */
export function servesHost({ host }: Pick<RoutedBackend, 'host'>, wanted: string): boolean {
  if (host === '*' || host === wanted) return true;
  return host.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === host.slice(1);
}

const classAnnotation = 'kubernetes.io/ingress.class';

/** The class an Ingress asks for, and where it says so. The annotation is the old way, and counts where both are set. */
export function classOf({ spec, metadata }: Ingress): { name: string; field: string } | undefined {
  const annotated = metadata.annotations[classAnnotation];
  if (annotated) return { name: annotated, field: `metadata.annotations[${classAnnotation}]` };
  return spec.ingressClassName ? { name: spec.ingressClassName, field: 'spec.ingressClassName' } : undefined;
}

/** Where a controller says that it serves the Ingress. Some controllers are set up not to say it. */
export function publishedAddresses({ status }: Ingress): string[] {
  return (status.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname)
    .filter((address) => address !== '');
}
