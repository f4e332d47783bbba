import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../src/core/kind.ts';

/** An API that the kube-apiserver serves itself, or, where it names a Service, passes on to a backend. */
export const ApiServiceShape = objectWith({
  spec: z.object({
    group: z.string().default(''),
    version: z.string().default(''),
    /** Absent or null for what is served in process. The port is absent on servers before 1.16, and then 443. */
    service: z.object({ namespace: z.string(), name: z.string(), port: z.number().default(443) }).nullish(),
    insecureSkipTLSVerify: z.boolean().default(false),
  }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
            lastTransitionTime: Time.nullish(),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
export type ApiService = z.infer<typeof ApiServiceShape>;
export const ApiService = defineKind<ApiService>({
  name: 'APIService',
  plural: 'apiservices',
  apiVersions: ['apiregistration.k8s.io/v1', 'apiregistration.k8s.io/v1beta1'],
  namespaced: false,
  schema: ApiServiceShape,
});
