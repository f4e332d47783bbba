import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});
export type LabelSelector = z.infer<typeof Selector>;

const Peer = z.object({
  ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).nullish() }).nullish(),
  podSelector: Selector.nullish(),
  namespaceSelector: Selector.nullish(),
});

const Port = z.object({
  protocol: z.string().nullish(),
  port: z.union([z.number(), z.string()]).nullish(),
  endPort: z.number().nullish(),
});

/** What a policy lets out, and from whom it lets in. */
export const NetworkPolicyShape = objectWith({
  spec: z
    .object({
      podSelector: Selector.default({}),
      /** Absent in old objects: then `Egress` holds where there is an egress rule. */
      policyTypes: z.array(z.string()).nullish(),
      ingress: z.array(z.object({ from: z.array(Peer).nullish() })).nullish(),
      egress: z.array(z.object({ to: z.array(Peer).nullish(), ports: z.array(Port).nullish() })).nullish(),
    })
    .prefault({}),
});
export type NetworkPolicy = z.infer<typeof NetworkPolicyShape>;
export const NetworkPolicy = defineKind<NetworkPolicy>({
  name: 'NetworkPolicy',
  plural: 'networkpolicies',
  apiVersions: ['networking.k8s.io/v1'],
  namespaced: true,
  schema: NetworkPolicyShape,
});
