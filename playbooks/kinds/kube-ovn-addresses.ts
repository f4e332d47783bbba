import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

/**
 * What the controller writes down for every logical port it has given an address: all of it is in the spec, and the
 * name of the object is the name of the port.
 */
export const IpShape = objectWith({
  spec: z
    .object({
      /** The name of the machine for a virtual machine that keeps its address. */
      podName: z.string().default(''),
      namespace: z.string().default(''),
      subnet: z.string().default(''),
      nodeName: z.string().default(''),
      v4IpAddress: z.string().default(''),
      v6IpAddress: z.string().default(''),
      macAddress: z.string().default(''),
      /** Empty, `StatefulSet` or, from #1974 on, `VirtualMachine`. */
      podType: z.string().default(''),
    })
    .prefault({}),
});
export type Ip = z.infer<typeof IpShape>;
export const Ip = defineKind<Ip>({
  name: 'IP',
  plural: 'ips',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: IpShape,
});

export const VlanShape = objectWith({
  spec: z.object({ id: z.number().nullish(), provider: z.string().default('') }).prefault({}),
  /** From v1.14.0 the controller marks a VLAN whose id another one has. */
  status: z.object({ conflict: z.boolean().default(false) }).prefault({}),
});
export type Vlan = z.infer<typeof VlanShape>;
export const Vlan = defineKind<Vlan>({
  name: 'Vlan',
  plural: 'vlans',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: VlanShape,
});

/** A virtual address. Pods may carry one as their own, or beside their own as an allowed-address pair. */
export const VipShape = objectWith({
  spec: z
    .object({
      subnet: z.string().default(''),
      v4ip: z.string().default(''),
      v6ip: z.string().default(''),
      /** `switch_lb_vip` belongs to a SwitchLBRule, whose backends are pods by design. */
      type: z.string().default(''),
      /** Labels, as `key: value`, of the pods that carry it. */
      selector: z.array(z.string()).nullish(),
    })
    .prefault({}),
  status: z.object({ v4ip: z.string().default(''), v6ip: z.string().default('') }).prefault({}),
});
export type Vip = z.infer<typeof VipShape>;
export const Vip = defineKind<Vip>({
  name: 'Vip',
  plural: 'vips',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: VipShape,
});

/** An address outside the overlay that OVN itself answers for. Types `lrp` and `lsp` are ports of routers. */
export const OvnEipShape = objectWith({
  spec: z
    .object({
      externalSubnet: z.string().default(''),
      v4Ip: z.string().default(''),
      v6Ip: z.string().default(''),
      type: z.string().default(''),
    })
    .prefault({}),
  status: z.object({ v4Ip: z.string().default(''), v6Ip: z.string().default('') }).prefault({}),
});
export type OvnEip = z.infer<typeof OvnEipShape>;
export const OvnEip = defineKind<OvnEip>({
  name: 'OvnEip',
  plural: 'ovn-eips',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: OvnEipShape,
});

/** An address outside the overlay that a NAT gateway pod answers for. */
export const IptablesEipShape = objectWith({
  spec: z.object({ externalSubnet: z.string().default(''), v4ip: z.string().default('') }).prefault({}),
  status: z.object({ ip: z.string().default('') }).prefault({}),
});
export type IptablesEip = z.infer<typeof IptablesEipShape>;
export const IptablesEip = defineKind<IptablesEip>({
  name: 'IptablesEIP',
  plural: 'iptables-eips',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: IptablesEipShape,
});

/** A part of a subnet that is set aside for some pods. Its counters are capitalised otherwise than a Subnet's. */
export const IpPoolShape = objectWith({
  spec: z.object({ subnet: z.string().default('') }).prefault({}),
  status: z
    .object({
      v4AvailableIPs: z.number().nullish(),
      v4UsingIPs: z.number().nullish(),
      v6AvailableIPs: z.number().nullish(),
      v6UsingIPs: z.number().nullish(),
    })
    .prefault({}),
});
export type IpPool = z.infer<typeof IpPoolShape>;
export const IpPool = defineKind<IpPool>({
  name: 'IPPool',
  plural: 'ippools',
  apiVersions: ['kubeovn.io/v1'],
  namespaced: false,
  schema: IpPoolShape,
});
