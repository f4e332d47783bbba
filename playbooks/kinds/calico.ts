import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

/**
 * Calico keeps its objects as custom resources of its own group. From v3.32 an installation may serve them as
 * `projectcalico.org/v3` instead; elsewhere that group is the aggregated API, which may be down, so it comes second.
 */
function calicoVersions(): readonly [string, string] {
  return ['crd.projectcalico.org/v1', 'projectcalico.org/v3'];
}

/** One object, named `default`, that Calico itself fills. */
export const ClusterInformationShape = objectWith({
  spec: z.object({ calicoVersion: z.string().default(''), variant: z.string().default('') }).prefault({}),
});
export type ClusterInformation = z.infer<typeof ClusterInformationShape>;
export const ClusterInformation = defineKind<ClusterInformation>({
  name: 'ClusterInformation',
  plural: 'clusterinformations',
  apiVersions: calicoVersions(),
  namespaced: false,
  schema: ClusterInformationShape,
});

export const IPPoolShape = objectWith({
  spec: z.object({
    cidr: z.string(),
    blockSize: z.number().nullish(),
    disabled: z.boolean().nullish(),
    nodeSelector: z.string().default('all()'),
  }),
});
export type IPPool = z.infer<typeof IPPoolShape>;
export const IPPool = defineKind<IPPool>({
  name: 'IPPool',
  plural: 'ippools',
  apiVersions: calicoVersions(),
  namespaced: false,
  schema: IPPoolShape,
});

/** A block of a pool, usually of 64 addresses. Whom each address belongs to is not read: these objects are large. */
export const IPAMBlockShape = objectWith({
  spec: z.object({
    cidr: z.string(),
    /** `host:worker-1`; absent for a block that belongs to no node. */
    affinity: z.string().nullish(),
    unallocated: z.array(z.number()).nullish(),
  }),
});
export type IPAMBlock = z.infer<typeof IPAMBlockShape>;
export const IPAMBlock = defineKind<IPAMBlock>({
  name: 'IPAMBlock',
  plural: 'ipamblocks',
  apiVersions: calicoVersions(),
  namespaced: false,
  schema: IPAMBlockShape,
});

/** One object, named `default`; absent until somebody sets something. The newer group gives the kind another name. */
export const IPAMConfigShape = objectWith({
  spec: z.object({ strictAffinity: z.boolean().default(false), maxBlocksPerHost: z.number().nullish() }).prefault({}),
});
export type IPAMConfig = z.infer<typeof IPAMConfigShape>;
export const IPAMConfig = defineKind<IPAMConfig>({
  name: 'IPAMConfig',
  plural: 'ipamconfigs',
  apiVersions: ['crd.projectcalico.org/v1'],
  namespaced: false,
  schema: IPAMConfigShape,
});
export const IPAMConfiguration = defineKind<IPAMConfig>({
  name: 'IPAMConfiguration',
  plural: 'ipamconfigurations',
  apiVersions: ['projectcalico.org/v3'],
  namespaced: false,
  schema: IPAMConfigShape,
});

/** The settings of Felix that apply to every node are in the object `default`. */
export const FelixConfigurationShape = objectWith({
  spec: z
    .object({ prometheusMetricsEnabled: z.boolean().nullish(), prometheusMetricsPort: z.number().nullish() })
    .prefault({}),
});
export type FelixConfiguration = z.infer<typeof FelixConfigurationShape>;
export const FelixConfiguration = defineKind<FelixConfiguration>({
  name: 'FelixConfiguration',
  plural: 'felixconfigurations',
  apiVersions: calicoVersions(),
  namespaced: false,
  schema: FelixConfigurationShape,
});
