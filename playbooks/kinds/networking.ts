import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

const Port = z.union([z.number(), z.string()]);

export const ServiceShape = objectWith({
  spec: z
    .object({
      type: z.string().default('ClusterIP'),
      clusterIP: z.string().default(''),
      /** Both addresses of a dual stack Service; servers before 1.20 do not know the field. */
      clusterIPs: z.array(z.string()).default([]),
      externalName: z.string().default(''),
      /** Null or empty for a Service whose endpoints somebody else writes. */
      selector: z.record(z.string(), z.string()).nullish(),
      ports: z
        .array(z.object({ name: z.string().default(''), port: z.number(), targetPort: Port.nullish() }))
        .nullish(),
    })
    .prefault({}),
});
export type Service = z.infer<typeof ServiceShape>;
export const Service = defineKind<Service>({
  name: 'Service',
  plural: 'services',
  apiVersions: ['v1'],
  namespaced: true,
  schema: ServiceShape,
});

/**
 * A backend as v1 writes it (`service.name`, `service.port`) and as v1beta1 did (`serviceName`, `servicePort`). One
 * that names a `resource` instead of a Service has neither.
 */
const Backend = z.object({
  service: z
    .object({
      name: z.string(),
      port: z.object({ number: z.number().nullish(), name: z.string().nullish() }).nullish(),
    })
    .nullish(),
  serviceName: z.string().nullish(),
  servicePort: Port.nullish(),
});
export type IngressBackend = z.infer<typeof Backend>;

export const IngressShape = objectWith({
  spec: z
    .object({
      ingressClassName: z.string().nullish(),
      /** `defaultBackend` was called `backend` in v1beta1. */
      defaultBackend: Backend.nullish(),
      backend: Backend.nullish(),
      rules: z
        .array(
          z.object({
            host: z.string().default(''),
            http: z
              .object({ paths: z.array(z.object({ path: z.string().default('/'), backend: Backend })).nullish() })
              .nullish(),
          }),
        )
        .nullish(),
    })
    .prefault({}),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z.array(z.object({ ip: z.string().default(''), hostname: z.string().default('') })).nullish(),
        })
        .nullish(),
    })
    .prefault({}),
});
export type Ingress = z.infer<typeof IngressShape>;
export const Ingress = defineKind<Ingress>({
  name: 'Ingress',
  plural: 'ingresses',
  apiVersions: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1'],
  namespaced: true,
  schema: IngressShape,
});

export const IngressClassShape = objectWith({
  spec: z.object({ controller: z.string().default('') }).prefault({}),
});
export type IngressClass = z.infer<typeof IngressClassShape>;
export const IngressClass = defineKind<IngressClass>({
  name: 'IngressClass',
  plural: 'ingressclasses',
  apiVersions: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1'],
  namespaced: false,
  schema: IngressClassShape,
});
