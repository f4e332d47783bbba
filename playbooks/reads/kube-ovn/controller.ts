import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import type { ObjectReference } from '../../../src/core/reference.ts';
import {
  type ControllerSettings,
  controllerSettings,
  type StartedContainer,
} from '../../facts/kube-ovn/controller-settings.ts';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { Deployment, Pod } from '../../kinds/kubernetes.ts';

export const controllerReads: readonly Read[] = [
  get(Deployment, { in: { product: 'kubeOvn' }, names: [controller.deployment] }),
  list(Pod),
];

export type Controller = {
  /** The Deployment, also where it is only known by its pods. */
  readonly about: ObjectReference;
  /** How many replicas are wanted; undefined where only the Deployment would tell. */
  readonly replicas: number | undefined;
  /** How many of them the Deployment counts as ready; 0 where it is not there. */
  readonly ready: number;
  readonly containers: readonly StartedContainer[];
  readonly settings: ControllerSettings;
};

/**
 * The controller and what it was started with, by its Deployment. Where that is gone or has another name, its pods
 * say the same.
 */
export async function readController({ cluster, platform }: Pick<Sight, 'cluster' | 'platform'>): Promise<Controller> {
  const { namespace, version } = installed(platform);
  const about = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: controller.deployment };
  const deployment = await deploymentIn(cluster, namespace);
  if (deployment !== undefined) {
    const { replicas, template } = deployment.spec;
    const { containers } = template.spec;
    const ready = deployment.status.readyReplicas;
    return { about, replicas, ready, containers, settings: controllerSettings(containers, version) };
  }
  const pods = await cluster.list(Pod, { namespace, labels: controller.labels });
  const containers = pods[0]?.spec.containers ?? [];
  return { about, replicas: undefined, ready: 0, containers, settings: controllerSettings(containers, version) };
}

/** It may be absent; that it may not be read is another thing, and nobody catches that. */
async function deploymentIn(cluster: ClusterReader, namespace: string): Promise<Deployment | undefined> {
  try {
    return await cluster.need(Deployment, { namespace, name: controller.deployment });
  } catch (error) {
    if (error instanceof CannotRead && error.reason === 'missing') return undefined;
    throw error;
  }
}
