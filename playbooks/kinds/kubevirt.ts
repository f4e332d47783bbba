import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

/** KubeVirt's own installation object. Its operator writes the version it runs into the status. */
export const KubeVirtShape = objectWith({
  status: z.object({ observedKubeVirtVersion: z.string().optional() }).prefault({}),
});
export type KubeVirt = z.infer<typeof KubeVirtShape>;
export const KubeVirt = defineKind<KubeVirt>({
  name: 'KubeVirt',
  plural: 'kubevirts',
  apiVersions: ['kubevirt.io/v1', 'kubevirt.io/v1alpha3'],
  namespaced: true,
  schema: KubeVirtShape,
});

export const VirtualMachineShape = objectWith({
  status: z.object({ printableStatus: z.string().default('') }).prefault({}),
});
export type VirtualMachine = z.infer<typeof VirtualMachineShape>;
export const VirtualMachine = defineKind<VirtualMachine>({
  name: 'VirtualMachine',
  plural: 'virtualmachines',
  apiVersions: ['kubevirt.io/v1', 'kubevirt.io/v1alpha3'],
  namespaced: true,
  schema: VirtualMachineShape,
});

export const VirtualMachineInstanceShape = objectWith({
  status: z.object({ phase: z.string().default('') }).prefault({}),
});
export type VirtualMachineInstance = z.infer<typeof VirtualMachineInstanceShape>;
export const VirtualMachineInstance = defineKind<VirtualMachineInstance>({
  name: 'VirtualMachineInstance',
  plural: 'virtualmachineinstances',
  apiVersions: ['kubevirt.io/v1', 'kubevirt.io/v1alpha3'],
  namespaced: true,
  schema: VirtualMachineInstanceShape,
});
