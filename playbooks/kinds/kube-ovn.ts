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
 * A counter of addresses. An IPv6 subnet counts beyond 2^53, and from v1.16.0 the number is printed in full, which a
 * JSON number in JavaScript holds only roughly: how many are used is exact, how many are free is an order of magnitude.
 */
const Counter = z.number().nullish();

export const SubnetShape = objectWith({
  spec: z.object({
    vpc: z.string().default(''),
    provider: z.string().default(''),
    cidrBlock: z.string().default(''),
    gatewayType: z.string().default(''),
    gatewayNode: z.string().default(''),
    /** Labels that choose gateway nodes; what they hold is not looked at, only that there are some. */
    gatewayNodeSelectors: z.array(z.unknown()).nullish(),
    /** All gateway nodes carry traffic at once, instead of one at a time. */
    enableEcmp: z.boolean().nullish(),
    externalEgressGateway: z.string().default(''),
    /** Comma-joined for dual stack, as the CIDR is. */
    gateway: z.string().default(''),
    excludeIps: z.array(z.string()).nullish(),
    /** Namespaces whose pods get their address here unless they ask for another subnet. */
    namespaces: z.array(z.string()).nullish(),
    vlan: z.string().default(''),
    logicalGateway: z.boolean().default(false),
    u2oInterconnection: z.boolean().default(false),
    enableLb: z.boolean().nullish(),
    default: z.boolean().default(false),
  }),
  status: z
    .object({
      conditions: z.array(Condition).nullish(),
      /** The gateway node of a centralized subnet that carries its traffic now. */
      activateGateway: z.string().default(''),
      v4availableIPs: Counter,
      v4usingIPs: Counter,
      v6availableIPs: Counter,
      v6usingIPs: Counter,
      /** From v1.12.0: `10.16.0.2-10.16.0.9,10.16.0.12`. */
      v4usingIPrange: z.string().nullish(),
      u2oInterconnectionIP: z.string().nullish(),
    })
    .prefault({}),
});
export type Subnet = z.infer<typeof SubnetShape>;
export const Subnet = defineKind<Subnet>({
  name: 'Subnet',
  plural: 'subnets',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: SubnetShape,
});
