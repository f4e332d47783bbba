import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../src/core/kind.ts';

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: Time.nullish(),
  lastUpdateTime: Time.nullish(),
});
export type SubnetCondition = z.infer<typeof Condition>;

/**
 * A kube-ovn Subnet. Its address counters are left out on purpose: an IPv6 subnet counts beyond 2^53, and from
 * v1.16.0 the number is printed in full, which JSON numbers in JavaScript cannot hold.
 */
export const SubnetShape = objectWith({
  spec: z.object({
    vpc: z.string().default(''),
    provider: z.string().default(''),
    cidrBlock: z.string().default(''),
    gatewayType: z.string().default(''),
    gatewayNode: z.string().default(''),
    vlan: z.string().default(''),
    logicalGateway: z.boolean().default(false),
    u2oInterconnection: z.boolean().default(false),
    enableLb: z.boolean().nullish(),
    default: z.boolean().default(false),
  }),
  status: z.object({ conditions: z.array(Condition).nullish() }).prefault({}),
});
export type Subnet = z.infer<typeof SubnetShape>;
export const Subnet = defineKind<Subnet>({
  name: 'Subnet',
  plural: 'subnets',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: SubnetShape,
});
