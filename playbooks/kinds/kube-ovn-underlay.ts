import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../src/core/kind.ts';

/** One node's state in the network; `node` is what tells the conditions of one type apart. */
const NodeCondition = z.object({
  node: z.string().default(''),
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: Time.nullish(),
});
export type ProviderNetworkCondition = z.infer<typeof NodeCondition>;

/** A physical network: the interface that becomes a port of an OVS bridge on every node that takes part. */
export const ProviderNetworkShape = objectWith({
  spec: z
    .object({
      defaultInterface: z.string().default(''),
      customInterfaces: z
        .array(z.object({ interface: z.string().default(''), nodes: z.array(z.string()).nullish() }))
        .nullish(),
      excludeNodes: z.array(z.string()).nullish(),
    })
    .prefault({}),
  status: z
    .object({
      /** Absent until kube-ovn-cni has looked for the first time. */
      ready: z.boolean().nullish(),
      readyNodes: z.array(z.string()).nullish(),
      /** From v1.10 on. */
      notReadyNodes: z.array(z.string()).nullish(),
      conditions: z.array(NodeCondition).nullish(),
    })
    .prefault({}),
});
export type ProviderNetwork = z.infer<typeof ProviderNetworkShape>;
export const ProviderNetwork = defineKind<ProviderNetwork>({
  name: 'ProviderNetwork',
  plural: 'provider-networks',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: ProviderNetworkShape,
});
