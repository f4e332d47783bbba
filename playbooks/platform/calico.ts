import { defineDetector } from '../../src/core/detector.ts';
import { CannotRead } from '../../src/core/errors.ts';
import { get, list } from '../../src/core/read.ts';
import type { ClusterReader } from '../../src/core/reader.ts';
import { parseVersion } from '../../src/core/version.ts';
import { nodeAgent, runsNodeAgent, versionOfAgentImage } from '../facts/calico/product.ts';
import { ClusterInformation } from '../kinds/calico.ts';
import { Pod } from '../kinds/kubernetes.ts';
import { DaemonSet } from '../kinds/workloads.ts';

/**
 * Calico is where a DaemonSet runs its node agent: the manifest's in kube-system, the operator's in calico-system,
 * or canal's, which has the same container beside flannel's; pods without one will do. The version is the tag of that
 * image; where that tells nothing, it is what Calico wrote into its ClusterInformation.
 */
export const calico = defineDetector({
  product: 'calico',
  reads: [list(DaemonSet), list(Pod), get(ClusterInformation, { in: 'everywhere', names: ['default'] })],
  async detect(cluster) {
    const daemonSets = (await cluster.list(DaemonSet)).filter(({ spec }) => runsNodeAgent(spec.template.spec));
    // During a migration the old DaemonSet may still be there, wanted nowhere.
    const daemonSet = daemonSets.find(({ status }) => status.desiredNumberScheduled > 0) ?? daemonSets[0];
    // A DaemonSet that was deleted may have left its pods, which then still are the network.
    const pod = daemonSet === undefined ? (await cluster.list(Pod)).find(({ spec }) => runsNodeAgent(spec)) : undefined;
    const { metadata, spec } = pod ?? { metadata: daemonSet?.metadata, spec: daemonSet?.spec.template.spec };
    if (metadata === undefined || spec === undefined) return undefined;
    const namespace = metadata.namespace ?? 'kube-system';
    const { containers } = spec;
    const image = containers.find(({ name }) => name === nodeAgent.container)?.image ?? '';
    const version = versionOfAgentImage(image) ?? (await versionInCluster(cluster));
    return version === undefined ? { namespace } : { namespace, version };
  },
});

/** An object that cannot be read leaves the version unknown, which checks then say; it is no reason not to see Calico. */
async function versionInCluster(cluster: ClusterReader): Promise<string | undefined> {
  try {
    const { calicoVersion, variant } = (await cluster.find(ClusterInformation, { name: 'default' }))?.spec ?? {};
    // Calico Enterprise, which the object calls TigeraSecureEnterprise, counts its versions differently.
    if (variant !== undefined && variant !== '' && variant !== 'Calico') return undefined;
    return parseVersion(calicoVersion) === undefined ? undefined : calicoVersion;
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    return undefined;
  }
}
